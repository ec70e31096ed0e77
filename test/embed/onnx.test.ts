import { expect, it } from 'vitest';
import { encodeOnnx, int64Constant } from '../../src/embed/onnx/model.ts';
import { message } from '../../src/embed/onnx/protobuf.ts';
import { openSession, Tensor } from '../../src/onnx/onnxruntime.ts';

it('writes the examples of the protobuf encoding guide', () => {
  // https://protobuf.dev/programming-guides/encoding: field 1 = 150; field 2 = "testing"; nested in field 3.
  expect([...message().integer(1, 150).finish()]).toEqual([0x08, 0x96, 0x01]);
  expect(Buffer.from(message().bytes(2, 'testing').finish()).toString('hex')).toBe(
    '120774657374696e67',
  );
  expect([...message().bytes(3, message().integer(1, 150)).finish()]).toEqual([
    0x1a, 3, 0x08, 0x96, 1,
  ]);
  expect([...message().integer(1, -2).finish()]).toEqual([8, 0xfe, ...Array(8).fill(0xff), 1]);
});

it('writes a graph that the runtime computes: two attributes, a constant and a free dimension', async () => {
  const bytes = encodeOnnx({
    name: 'sum-of-leaky',
    inputs: [{ name: 'x', type: 'float32', shape: ['n', 2] }],
    outputs: [{ name: 'y', type: 'float32', shape: ['n', 1] }],
    constants: [int64Constant('axes', [1])],
    nodes: [
      {
        operation: 'LeakyRelu',
        inputs: ['x'],
        outputs: ['leaky'],
        attributes: { alpha: { float: 0.5 } },
      },
      {
        operation: 'ReduceSum',
        inputs: ['leaky', 'axes'],
        outputs: ['y'],
        attributes: { keepdims: 1 },
      },
    ],
  });
  const session = await openSession(bytes);
  const { y } = await session.run({
    x: new Tensor('float32', Float32Array.of(-4, 3, 1, 2), [2, 2]),
  });
  expect([...((y?.data as Float32Array | undefined) ?? [])]).toEqual([1, 3]);
  await session.release();
});
