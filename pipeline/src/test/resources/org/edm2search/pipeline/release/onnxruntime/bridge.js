// Runs a model for the stand-in beside this file: a JSON request a line, a JSON answer a line.
const ort = require("onnxruntime-node");
const lines = require("readline").createInterface({ input: process.stdin });

(async () => {
  const session = await ort.InferenceSession.create(process.argv[2]);
  console.log(JSON.stringify(session.inputMetadata.map(({ name, shape }) => ({ name, shape }))));
  for await (const line of lines) {
    const { outputs, feed } = JSON.parse(line);
    const tensors = {};
    for (const [name, { shape, data }] of Object.entries(feed)) {
      const bytes = new Uint8Array(Buffer.from(data, "base64"));
      tensors[name] = new ort.Tensor("float32", new Float32Array(bytes.buffer), shape);
    }
    const results = await session.run(tensors, outputs);
    const answer = outputs.map((name) => {
      const { data, dims } = results[name];
      return { shape: dims, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64") };
    });
    console.log(JSON.stringify(answer));
  }
})();
