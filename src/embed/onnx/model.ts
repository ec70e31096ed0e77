import { type Message, message } from './protobuf.ts';

/** Element types of tensors, by their number in TensorProto.DataType. */
const ELEMENT_TYPES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
} as const;

export type OnnxElementType = keyof typeof ELEMENT_TYPES;

/** One operation; attributes are integers, lists of integers or floats (`{ float }`). */
export interface OnnxNode {
  readonly operation: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number | readonly number[] | { float: number }>>;
}

/** A constant of the graph: row-major, little-endian bytes. */
export interface OnnxConstant {
  readonly name: string;
  readonly type: OnnxElementType;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** An input or output of the graph; a dimension named by a string is free. */
export interface OnnxPort {
  readonly name: string;
  readonly type: OnnxElementType;
  readonly shape: readonly (number | string)[];
}

/** A whole graph, nodes in the order of execution. */
export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  readonly constants: readonly OnnxConstant[];
  readonly nodes: readonly OnnxNode[];
}

/**
 * Serialises a graph as an ONNX model of operator set 17 (ModelProto of onnx.proto, IR version 8);
 * the same graph gives the same bytes.
 */
export function encodeOnnx(graph: OnnxGraph): Uint8Array {
  const body = message();
  for (const node of graph.nodes) body.bytes(1, nodeProto(node));
  body.bytes(2, graph.name);
  for (const constant of graph.constants) body.bytes(5, tensorProto(constant));
  for (const port of graph.inputs) body.bytes(11, valueInfo(port));
  for (const port of graph.outputs) body.bytes(12, valueInfo(port));
  return message()
    .integer(1, 8)
    .bytes(2, 'retrieval-parity')
    .bytes(7, body)
    .bytes(8, message().integer(2, 17))
    .finish();
}

/** A constant of 64-bit integers, as shapes and axes are given. */
export function int64Constant(name: string, values: readonly number[]): OnnxConstant {
  const data = new BigInt64Array(values.map((value) => BigInt(value)));
  return { name, type: 'int64', shape: [values.length], data: new Uint8Array(data.buffer) };
}

function nodeProto(node: OnnxNode): Message {
  const proto = message();
  for (const input of node.inputs) proto.bytes(1, input);
  for (const output of node.outputs) proto.bytes(2, output);
  proto.bytes(4, node.operation);
  for (const [name, value] of Object.entries(node.attributes ?? {})) {
    proto.bytes(5, attributeProto(name, value));
  }
  return proto;
}

function attributeProto(
  name: string,
  value: number | readonly number[] | { readonly float: number },
): Message {
  const proto = message().bytes(1, name);
  if (typeof value === 'number') return proto.integer(3, value).integer(20, 2);
  if ('float' in value) return proto.float(2, value.float).integer(20, 1);
  for (const one of value) proto.integer(8, one);
  return proto.integer(20, 7);
}

function tensorProto(constant: OnnxConstant): Message {
  const proto = message();
  for (const size of constant.shape) proto.integer(1, size);
  return proto
    .integer(2, ELEMENT_TYPES[constant.type])
    .bytes(8, constant.name)
    .bytes(9, constant.data);
}

function valueInfo(port: OnnxPort): Message {
  const shape = message();
  for (const size of port.shape) {
    shape.bytes(
      1,
      typeof size === 'string' ? message().bytes(2, size) : message().integer(1, size),
    );
  }
  const tensor = message().integer(1, ELEMENT_TYPES[port.type]).bytes(2, shape);
  return message().bytes(1, port.name).bytes(2, message().bytes(1, tensor));
}
