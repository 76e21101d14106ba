#!/usr/bin/env node
// Draws images from the model beside this file, with onnxruntime-node alone; Node 18 or later.
//
//     npm install onnxruntime-node
//     node sample.mjs --n 64 --seed 1 --out grid.png
//     node sample.mjs --n 16 --class 3 --out threes.png
//
// Image i starts from the noise of seed + i; without --class its class is i modulo the number of classes.
//
// Permission to use, copy, modify and distribute this file for any purpose is granted, without warranty.

import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const BATCH = 16;
const GOLDEN = 0x9e3779b97f4a7c15n;

// Bundles are directories of their own: the runtime is looked for from the working directory, too.
async function runtime() {
  const { createRequire } = await import("node:module");
  for (const from of [HERE, process.cwd()]) {
    try {
      return createRequire(path.join(from, "sample.mjs"))("onnxruntime-node");
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  throw new UsageError("onnxruntime-node is not installed: npm install onnxruntime-node");
}

class UsageError extends Error {}

// ------------------------------------------------------------------------------------------ noise

const word = (value) => BigInt.asUintN(64, value);

// SplitMix64's output function.
function mix(state) {
  let z = word((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = word((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

// Unit normal numbers: SplitMix64, seeded by its own first output, then Box and Muller.
function* normals(seed) {
  let state = mix(word(BigInt(seed) + GOLDEN));
  const bits = () => Number(mix((state = word(state + GOLDEN))) >> 11n);
  for (;;) {
    const u = (bits() + 1) / 2 ** 53;
    const v = bits() / 2 ** 53;
    const radius = Math.sqrt(-2 * Math.log(u));
    yield radius * Math.cos(2 * Math.PI * v);
    yield radius * Math.sin(2 * Math.PI * v);
  }
}

// ---------------------------------------------------------------------------------------- network

class Network {
  static async open(ort, file) {
    const network = new Network();
    network.ort = ort;
    network.session = await ort.InferenceSession.create(path.join(HERE, file));
    const shapes = Object.fromEntries(network.session.inputMetadata.map((i) => [i.name, i.shape]));
    [, network.channels, network.resolution] = shapes.x;
    network.classes = shapes.class_labels ? shapes.class_labels[1] : 0;
    return network;
  }

  async denoise(x, sigma, labels) {
    const count = x.length / (this.channels * this.resolution ** 2);
    const tensor = (data, ...dims) => new this.ort.Tensor("float32", data, dims);
    const feeds = {
      x: tensor(x, count, this.channels, this.resolution, this.resolution),
      sigma: tensor(new Float32Array(count).fill(sigma), count),
    };
    if (this.classes) feeds.class_labels = tensor(labels, count, this.classes);
    return (await this.session.run(feeds)).denoised.data;
  }
}

// D_guide + w (D_main - D_guide) for low < sigma <= high; compared in float32.
function guided(network, guide, config) {
  const weight = config.guidance_weight ?? 1;
  const [low, high = Infinity] = config.guidance_interval ?? [0];
  return async (x, sigma, labels) => {
    const main = await network.denoise(x, sigma, labels);
    if (weight === 1 || !(Math.fround(low) < Math.fround(sigma) && Math.fround(sigma) <= Math.fround(high)))
      return main;
    const worse = guide
      ? await guide.denoise(x, sigma, labels)
      : await network.denoise(x, sigma, new Float32Array(labels.length));
    return main.map((value, k) => worse[k] * Math.fround(1 - weight) + value * Math.fround(weight));
  };
}

// ---------------------------------------------------------------------------------------- sampler

// Noise levels (EDM, equation 5), then 0.
function levels({ steps, rho, sigma_max, sigma_min }) {
  const [high, low] = [sigma_max ** (1 / rho), sigma_min ** (1 / rho)];
  return [...Array(steps).keys()].map((i) => (high + (i / (steps - 1)) * (low - high)) ** rho).concat(0);
}

// The level that a step really starts from: churn raises it (EDM, algorithm 2).
function start(sigma, { churn, steps }) {
  if (!churn || sigma < churn.min || sigma > (churn.max ?? Infinity)) return sigma;
  return sigma * (1 + Math.min(churn.amount / steps, Math.SQRT2 - 1));
}

// Heun's method, the state in double precision. noise: a generator for each image.
async function sample(denoise, noise, labels, config, size) {
  const fresh = () => Float32Array.from({ length: noise.length * size }, (_, k) => noise[Math.floor(k / size)].next().value);
  const sigmas = levels(config);
  const slope = async (x, sigma) => {
    const denoised = await denoise(Float32Array.from(x), sigma, labels);
    return x.map((value, k) => (value - denoised[k]) / sigma);
  };
  let x = Float64Array.from(fresh(), (value) => value * sigmas[0]);
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const [sigma, end, from] = [sigmas[i], sigmas[i + 1], start(sigmas[i], config)];
    if (from > sigma) {
      const scale = Math.sqrt(from * from - sigma * sigma) * config.churn.noise;
      const added = fresh();
      x = x.map((value, k) => value + scale * added[k]);
    }
    const first = await slope(x, from);
    const euler = x.map((value, k) => value + (end - from) * first[k]);
    if (end > 0) {
      const second = await slope(euler, end);
      x = x.map((value, k) => value + ((end - from) * (first[k] + second[k])) / 2);
    } else {
      x = euler;
    }
  }
  return x;
}

// ------------------------------------------------------------------------------------------- main

// The images side by side, 2 black pixels between them, as the bytes of a PNG.
function png(images, { channels, resolution }, columns) {
  const factor = Math.max(1, Math.floor(64 / resolution));
  const cell = resolution * factor + 2;
  const [width, height] = [columns * cell + 2, Math.ceil(images.length / columns) * cell + 2];
  const lines = Buffer.alloc(height * (3 * width + 1));
  const plane = channels < 3 ? 0 : resolution ** 2;
  images.forEach((image, i) => {
    const [top, left] = [Math.floor(i / columns) * cell + 2, (i % columns) * cell + 2];
    for (let y = 0; y < resolution * factor; y++) {
      for (let x = 0; x < resolution * factor; x++) {
        const at = Math.floor(y / factor) * resolution + Math.floor(x / factor);
        const to = (top + y) * (3 * width + 1) + 1 + 3 * (left + x);
        for (let c = 0; c < 3; c++) {
          const value = Math.fround(Math.fround(127.5 * Math.fround(image[at + c * plane])) + 128);
          lines[to + c] = Math.max(0, Math.min(255, Math.trunc(value)));
        }
      }
    }
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  const parts = [chunk("IHDR", header), chunk("IDAT", zlib.deflateSync(lines)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), ...parts]);
}

function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}

function integer(text, name, least, most) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new UsageError(`--${name} must be an integer from ${least} to ${most}, but is ${text}`);
  return value;
}

function options() {
  const string = (byDefault) => ({ type: "string", default: byDefault });
  try {
    return parseArgs({ options: { n: string("64"), seed: string("0"), class: { type: "string" }, out: string("grid.png") } }).values;
  } catch (error) {
    throw new UsageError(`${error.message}; usage: --n 64 --seed 0 --class NUMBER --out grid.png`);
  }
}

async function main() {
  const { n, seed, class: label, out } = options();
  const count = integer(n, "n", 1, 100_000);
  const first = integer(seed, "seed", -(2 ** 53), 2 ** 53);
  const config = JSON.parse(fs.readFileSync(path.join(HERE, "sampler.json"), "utf8"));
  const ort = await runtime();
  const network = await Network.open(ort, "model.onnx");
  const autoguided = (config.guidance_weight ?? 1) !== 1 && config.guidance_kind !== "classifier-free";
  const guide = autoguided ? await Network.open(ort, "guide.onnx") : null;
  if (label !== undefined) {
    if (!network.classes) throw new UsageError("the model has no classes");
    integer(label, "class", 0, network.classes - 1);
  }
  const denoise = guided(network, guide, config);
  const size = network.channels * network.resolution ** 2;
  const images = [];
  for (let from = 0; from < count; from += BATCH) {
    const some = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => from + i);
    const labels = new Float32Array(some.length * network.classes);
    some.forEach((i, row) => {
      if (network.classes) labels[row * network.classes + (label === undefined ? i % network.classes : Number(label))] = 1;
    });
    const drawn = await sample(denoise, some.map((i) => normals(first + i)), labels, config, size);
    some.forEach((_, row) => images.push(drawn.subarray(row * size, (row + 1) * size)));
  }
  const columns = network.classes && label === undefined ? network.classes : 10;
  fs.writeFileSync(out, png(images, network, Math.min(columns, count)));
}

main().catch((error) => {
  console.error(error.message);
  process.exit(error instanceof UsageError ? 2 : 1);
});
