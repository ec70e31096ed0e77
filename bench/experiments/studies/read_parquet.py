"""Reads the Parquet files of the studies: flat columns of plain pages (version 2), in gzip or bare."""
import struct
import zlib


class Thrift:
    """Thrift's compact protocol: a struct is a dictionary by the numbers of its fields."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def varint(self):
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def signed(self):
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def value(self, kind):
        if kind in (1, 2):
            return kind == 1
        if kind == 3:
            self.at += 1
            return self.data[self.at - 1]
        if kind in (4, 5, 6):
            return self.signed()
        if kind == 7:
            self.at += 8
            return struct.unpack_from("<d", self.data, self.at - 8)[0]
        if kind == 8:
            size = self.varint()
            self.at += size
            return bytes(self.data[self.at - size:self.at])
        if kind in (9, 10):
            return self.items()
        assert kind == 12, kind
        return self.struct()

    def items(self):
        head = self.data[self.at]
        self.at += 1
        size, kind = head >> 4, head & 15
        if size == 15:
            size = self.varint()
        if kind in (1, 2):
            self.at += size
            return [byte == 1 for byte in self.data[self.at - size:self.at]]
        return [self.value(kind) for _ in range(size)]

    def struct(self):
        fields, field = {}, 0
        while True:
            head = self.data[self.at]
            self.at += 1
            if head == 0:
                return fields
            field = field + (head >> 4) if head >> 4 else self.signed()
            fields[field] = self.value(head & 15)


def levels(data, count):
    """Definition levels of one bit: runs, and groups of eight packed into a byte."""
    reader, found = Thrift(data), []
    while len(found) < count:
        head = reader.varint()
        if head & 1:
            for _ in range(head >> 1):
                found += [data[reader.at] >> bit & 1 for bit in range(8)]
                reader.at += 1
        else:
            found += [data[reader.at]] * (head >> 1)
            reader.at += 1
    return found[:count]


def plain(kind, data, count):
    if kind == 1:
        return list(struct.unpack_from(f"<{count}i", data))
    if kind == 5:
        return list(struct.unpack_from(f"<{count}d", data))
    assert kind == 6, kind
    found, at = [], 0
    for _ in range(count):
        (size,) = struct.unpack_from("<i", data, at)
        found.append(data[at + 4:at + 4 + size].decode())
        at += 4 + size
    return found


def column(data, chunk):
    """Values of a column chunk (fields of ColumnMetaData: 1 type, 4 codec, 5 values, 9 first data page)."""
    values, at = [], chunk[9]
    while len(values) < chunk[5]:
        reader = Thrift(data, at)
        header = reader.struct()
        page = header[8]
        assert header[1] == 3 and page[4] == 0, "only plain pages of version 2 are read"
        body = data[reader.at:reader.at + header[3]]
        at = reader.at + header[3]
        count, nulls, level_bytes = page[1], page[2], page[5]
        packed = body[level_bytes:]
        if chunk[4] == 2 and page.get(7, True):
            packed = zlib.decompress(packed, 47)
        given = iter(plain(chunk[1], packed, count - nulls))
        is_given = levels(body[:level_bytes], count) if level_bytes else [1] * count
        values += [next(given) if there else None for there in is_given]
    return values


def read_parquet(path):
    """The file's own metadata by key, and its columns by name."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:4] == data[-4:] == b"PAR1", f"{path} is no Parquet file"
    (size,) = struct.unpack("<i", data[-8:-4])
    footer = Thrift(data, len(data) - 8 - size).struct()
    columns = {}
    for group in footer[4]:
        for chunk in group[1]:
            name = chunk[3][3][0].decode()
            columns.setdefault(name, []).extend(column(data, chunk[3]))
    return {entry[1].decode(): entry[2].decode() for entry in footer.get(5, [])}, columns
