/** A WebAssembly memory; its buffer stays the same object, since nothing here lets it grow. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** The part of the WebAssembly JavaScript interface that is used here; Node's types leave it out. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: object };
};

const PAGE_BYTES = 65_536;

/**
 * A zeroed memory of at least so many bytes.
 *
 * @throws RangeError where there is no room for it, or beyond 4 GiB
 */
export function createMemory(sizeBytes: number): WasmMemory {
  const pages = Math.max(1, Math.ceil(sizeBytes / PAGE_BYTES));
  return new WebAssembly.Memory({ initial: pages, maximum: pages });
}

/**
 * Compiles a module and binds it to a memory.
 *
 * @returns its exported functions
 * @throws WebAssembly.CompileError where this machine's WebAssembly lacks an instruction
 */
export function instantiate(bytes: Uint8Array<ArrayBuffer>, memory: WasmMemory): object {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
}
