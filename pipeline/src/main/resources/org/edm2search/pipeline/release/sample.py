#!/usr/bin/env python3
"""Draw images from the model beside this file, with ONNX Runtime and NumPy.

    python sample.py --n 64 --seed 1 --out grid.png
    python sample.py --n 16 --class 3 --out threes.png

Image i starts from the noise of seed + i; without --class its class is i modulo the number of classes.
With --backend torch the network runs in PyTorch, by modeling.py, instead of ONNX Runtime.

Permission to use, copy, modify and distribute this file for any purpose is granted, without warranty.
"""

import argparse
import json
import math
import os
import struct
import sys
import zlib

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


# ------------------------------------------------------------------------------------------ noise


def mix(z):
    """SplitMix64's output function, of uint64 arrays."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def normals(seed, count):
    """Unit normal numbers: SplitMix64, seeded by its own first output, then Box and Muller."""
    start = mix(np.array([(seed + GOLDEN) & MASK], dtype=np.uint64))
    steps = np.arange(1, count + count % 2 + 1, dtype=np.uint64)
    bits = mix(start + steps * np.uint64(GOLDEN)) >> np.uint64(11)
    u = (bits[0::2].astype(np.float64) + 1) / 2**53
    v = bits[1::2].astype(np.float64) / 2**53
    radius = np.sqrt(-2 * np.log(u))
    pairs = np.stack([radius * np.cos(2 * np.pi * v), radius * np.sin(2 * np.pi * v)], axis=1)
    return pairs.reshape(-1)[:count].astype(np.float32)


# ---------------------------------------------------------------------------------------- network


class OnnxNetwork:
    def __init__(self, name):
        import onnxruntime

        self.session = onnxruntime.InferenceSession(
            os.path.join(HERE, name + ".onnx"), providers=onnxruntime.get_available_providers()
        )
        shapes = {i.name: i.shape for i in self.session.get_inputs()}
        self.channels, self.resolution = shapes["x"][1], shapes["x"][2]
        self.classes = shapes["class_labels"][1] if "class_labels" in shapes else 0

    def __call__(self, x, sigma, labels):
        feed = {"x": x, "sigma": sigma}
        if self.classes:
            feed["class_labels"] = labels
        return self.session.run(["denoised"], feed)[0]


class TorchNetwork:
    def __init__(self, name):
        import torch

        sys.path.insert(0, HERE)
        from modeling import load

        self.torch = torch
        self.network = load(os.path.join(HERE, name + ".safetensors"))
        keys = self.network.architecture
        self.channels, self.resolution = keys["img_channels"], keys["img_resolution"]
        self.classes = keys["label_dim"]

    def __call__(self, x, sigma, labels):
        with self.torch.no_grad():
            labels = self.torch.from_numpy(labels) if self.classes else None
            return self.network(self.torch.from_numpy(x), self.torch.from_numpy(sigma), labels).numpy()


def guided(network, guide, config):
    """D_guide + w (D_main - D_guide) for low < sigma <= high; compared in float32."""
    weight = config.get("guidance_weight", 1)
    interval = config.get("guidance_interval", [0]) + [math.inf]
    if weight == 1:
        return network

    def denoise(x, sigma, labels):
        main = network(x, sigma, labels)
        if not np.float32(interval[0]) < sigma[0] <= np.float32(interval[1]):
            return main
        worse = guide(x, sigma, labels) if guide else network(x, sigma, np.zeros_like(labels))
        return worse * np.float32(1 - weight) + main * np.float32(weight)

    return denoise


# ---------------------------------------------------------------------------------------- sampler


def levels(config):
    """Noise levels (EDM, equation 5), then 0."""
    steps, rho = config["steps"], config["rho"]
    high, low = config["sigma_max"] ** (1 / rho), config["sigma_min"] ** (1 / rho)
    return [(high + i / (steps - 1) * (low - high)) ** rho for i in range(steps)] + [0.0]


def starts(config):
    """The levels that steps really start from: churn raises them (EDM, algorithm 2)."""
    churn, sigmas = config.get("churn"), levels(config)[:-1]
    if not churn:
        return sigmas
    gamma = min(churn["amount"] / config["steps"], math.sqrt(2) - 1)
    inside = lambda s: churn["min"] <= s <= churn.get("max", math.inf)
    return [s * (1 + (gamma if inside(s) else 0)) for s in sigmas]


def sample(denoise, noise, labels, config):
    """Heun's method. noise: [N, 1 + fresh noises, C, H, W]; the state in double precision."""
    sigmas = levels(config)
    x = noise[:, 0].astype(np.float64) * sigmas[0]
    fresh = 1

    def slope(state, sigma):
        given = np.full(len(state), sigma, dtype=np.float32)
        return (state - denoise(state.astype(np.float32), given, labels)) / sigma

    for sigma, start, end in zip(sigmas, starts(config), sigmas[1:]):
        if start > sigma:
            scale = math.sqrt(start * start - sigma * sigma) * config["churn"]["noise"]
            x = x + scale * noise[:, fresh].astype(np.float64)
            fresh += 1
        first = slope(x, start)
        euler = x + (end - start) * first
        x = euler if end == 0 else x + (end - start) * (first + slope(euler, end)) / 2
    return x.astype(np.float32)


def draw(network, guide, config, seeds, classes, batch=16):
    """Images in about [-1, 1], float32 [N, C, H, W]."""
    shape = (network.channels, network.resolution, network.resolution)
    noises = 1 + sum(start > sigma for sigma, start in zip(levels(config), starts(config)))
    denoise = guided(network, guide, config)
    images = []
    for first in range(0, len(seeds), batch):
        some = range(first, min(first + batch, len(seeds)))
        noise = [normals(seeds[i], noises * math.prod(shape)).reshape(noises, *shape) for i in some]
        labels = np.zeros((len(some), network.classes), dtype=np.float32)
        if network.classes:
            labels[range(len(some)), [classes[i] for i in some]] = 1
        images.append(sample(denoise, np.stack(noise), labels, config))
    return np.concatenate(images)


# ------------------------------------------------------------------------------------------- main


def png(images, columns):
    """The images side by side, 2 black pixels between them, as the bytes of a PNG."""
    pixels = np.clip(127.5 * images + 128, 0, 255).astype(np.uint8).transpose(0, 2, 3, 1)
    pixels = np.repeat(pixels, 3, axis=3) if pixels.shape[3] < 3 else pixels[..., :3]
    factor = max(1, 64 // pixels.shape[2])
    pixels = pixels.repeat(factor, axis=1).repeat(factor, axis=2)
    cell, rows = pixels.shape[1] + 2, -(-len(pixels) // columns)
    grid = np.zeros((rows * cell + 2, columns * cell + 2, 3), dtype=np.uint8)
    for i, image in enumerate(pixels):
        top, left = i // columns * cell + 2, i % columns * cell + 2
        grid[top : top + cell - 2, left : left + cell - 2] = image
    lines = b"".join(b"\0" + line.tobytes() for line in grid)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", grid.shape[1], grid.shape[0], 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def main():
    parser = argparse.ArgumentParser(description="Draw images from the model beside this file.")
    parser.add_argument("--n", type=int, default=64, help="images (default: 64)")
    parser.add_argument("--seed", type=int, default=0, help="image i starts from seed + i (default: 0)")
    parser.add_argument("--class", type=int, dest="label", help="class of all images (default: each in turn)")
    parser.add_argument("--out", default="grid.png", help="PNG to write; or .npy, the images as float32")
    parser.add_argument("--backend", choices=["onnx", "torch"], default="onnx", help="what runs the network")
    options = parser.parse_args()
    with open(os.path.join(HERE, "sampler.json"), encoding="utf-8") as file:
        config = json.load(file)
    open_network = OnnxNetwork if options.backend == "onnx" else TorchNetwork
    try:
        network = open_network("model")
    except ModuleNotFoundError as missing:
        other = "torch" if options.backend == "onnx" else "onnx"
        parser.error(f"needs {missing.name}: pip install {missing.name}, or try --backend {other}")
    autoguided = config.get("guidance_weight", 1) != 1 and config.get("guidance_kind") != "classifier-free"
    guide = open_network("guide") if autoguided else None
    if options.n < 1:
        parser.error("--n must be at least 1")
    if options.label is not None and not 0 <= options.label < network.classes:
        parser.error(f"--class must be from 0 to {network.classes - 1}" if network.classes else "the model has no classes")
    classes = [i % max(1, network.classes) if options.label is None else options.label for i in range(options.n)]
    seeds = [options.seed + i for i in range(options.n)]
    images = draw(network, guide, config, seeds, classes)
    if options.out.endswith(".npy"):
        np.save(options.out, images)
        return
    columns = network.classes if network.classes and options.label is None else 10
    with open(options.out, "wb") as file:
        file.write(png(images, min(columns, options.n)))


if __name__ == "__main__":
    main()
