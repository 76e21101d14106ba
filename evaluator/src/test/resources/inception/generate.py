"""Makes the fixtures beside it: Inception-v3 of the FID in plain PyTorch, with made-up weights.

    python3 generate.py      needs PyTorch, NumPy, SciPy, Pillow (made with 1.13); no network

Written from the description of the network and independent of the Java code: normalization is not
folded, the resize is the formula of TensorFlow 1. Nothing big is stored, for weights are a hash:

    h = 2654435761·i + 40503·t + 12345            (mod 2^32), element i of tensor t
    h ^= h >> 16; h *= 0x85ebca6b; h ^= h >> 13; h *= 0xc2b2ae35; h ^= h >> 16
    u = (h >> 8) / 2^24

t counts the tensors in the order of their names. In float64, rounded to float32 at the end:

    conv.weight        (2u − 1)·sqrt(6 / fan-in)          bn.weight         0.9 + 0.2u
    bn.bias            0.2(u − 0.5)                       bn.running_mean   0.2(u − 0.5)
    fc.weight, fc.bias 0.2(u − 0.5)                       bn.running_var    0.5 + u

a/*.png, b/*.png     images; one of b is grey
features.safetensors "a", "b": features [N, 2048]; "fid": distance of a and b
resize.safetensors   "image" uint8 [1, 3, 5, 7]; "tf1-bilinear" [1, 3, 11, 4] and others: resized
"""
import json
import os
import struct

import numpy as np
import scipy.linalg
import torch
import torch.nn.functional as F
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))


def uniform(tensor, count):
    with np.errstate(over="ignore"):
        h = np.arange(count, dtype=np.uint32) * np.uint32(2654435761)
        h += np.uint32((40503 * tensor + 12345) % 2**32)
        h ^= h >> np.uint32(16)
        h *= np.uint32(0x85EBCA6B)
        h ^= h >> np.uint32(13)
        h *= np.uint32(0xC2B2AE35)
        h ^= h >> np.uint32(16)
    return (h >> np.uint32(8)).astype(np.float64) / 2**24


class Layout:
    """First pass: learns names and shapes of the tensors."""

    def __init__(self):
        self.shapes = {}

    def tensor(self, name, shape):
        self.shapes[name] = shape
        return torch.zeros(shape)


class Weights:
    """Second pass: the hash."""

    def __init__(self, shapes):
        self.index = {name: i for i, name in enumerate(sorted(shapes))}

    def tensor(self, name, shape):
        u = uniform(self.index[name], int(np.prod(shape)))
        if name.endswith("conv.weight"):
            v = (2 * u - 1) * np.sqrt(6 / np.prod(shape[1:]))
        elif name.endswith("bn.weight"):
            v = 0.9 + 0.2 * u
        elif name.endswith("running_var"):
            v = 0.5 + u
        else:
            v = 0.2 * (u - 0.5)
        return torch.from_numpy(v.astype(np.float32).reshape(shape))


class Inception:
    def __init__(self, source):
        self.source = source

    def conv(self, x, name, out, kernel, stride=1, padding=0):
        kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
        weight = self.source.tensor(name + ".conv.weight", (out, x.shape[1]) + kernel)
        part = {p: self.source.tensor(f"{name}.bn.{p}", (out,))
                for p in ("weight", "bias", "running_mean", "running_var")}
        x = F.conv2d(x, weight, None, stride, padding)
        x = F.batch_norm(x, part["running_mean"], part["running_var"], part["weight"], part["bias"], False, 0.0, 0.001)
        return F.relu(x)

    @staticmethod
    def mean(x):
        return F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)

    def a(self, x, n, pool):
        b1 = self.conv(x, n + ".branch1x1", 64, 1)
        b5 = self.conv(self.conv(x, n + ".branch5x5_1", 48, 1), n + ".branch5x5_2", 64, 5, 1, 2)
        b3 = self.conv(x, n + ".branch3x3dbl_1", 64, 1)
        b3 = self.conv(b3, n + ".branch3x3dbl_2", 96, 3, 1, 1)
        b3 = self.conv(b3, n + ".branch3x3dbl_3", 96, 3, 1, 1)
        return torch.cat([b1, b5, b3, self.conv(self.mean(x), n + ".branch_pool", pool, 1)], 1)

    def b(self, x, n):
        b3 = self.conv(x, n + ".branch3x3", 384, 3, 2)
        bd = self.conv(x, n + ".branch3x3dbl_1", 64, 1)
        bd = self.conv(bd, n + ".branch3x3dbl_2", 96, 3, 1, 1)
        bd = self.conv(bd, n + ".branch3x3dbl_3", 96, 3, 2)
        return torch.cat([b3, bd, F.max_pool2d(x, 3, 2)], 1)

    def c(self, x, n, c7):
        b1 = self.conv(x, n + ".branch1x1", 192, 1)
        b7 = self.conv(x, n + ".branch7x7_1", c7, 1)
        b7 = self.conv(b7, n + ".branch7x7_2", c7, (1, 7), 1, (0, 3))
        b7 = self.conv(b7, n + ".branch7x7_3", 192, (7, 1), 1, (3, 0))
        bd = self.conv(x, n + ".branch7x7dbl_1", c7, 1)
        bd = self.conv(bd, n + ".branch7x7dbl_2", c7, (7, 1), 1, (3, 0))
        bd = self.conv(bd, n + ".branch7x7dbl_3", c7, (1, 7), 1, (0, 3))
        bd = self.conv(bd, n + ".branch7x7dbl_4", c7, (7, 1), 1, (3, 0))
        bd = self.conv(bd, n + ".branch7x7dbl_5", 192, (1, 7), 1, (0, 3))
        return torch.cat([b1, b7, bd, self.conv(self.mean(x), n + ".branch_pool", 192, 1)], 1)

    def d(self, x, n):
        b3 = self.conv(self.conv(x, n + ".branch3x3_1", 192, 1), n + ".branch3x3_2", 320, 3, 2)
        b7 = self.conv(x, n + ".branch7x7x3_1", 192, 1)
        b7 = self.conv(b7, n + ".branch7x7x3_2", 192, (1, 7), 1, (0, 3))
        b7 = self.conv(b7, n + ".branch7x7x3_3", 192, (7, 1), 1, (3, 0))
        b7 = self.conv(b7, n + ".branch7x7x3_4", 192, 3, 2)
        return torch.cat([b3, b7, F.max_pool2d(x, 3, 2)], 1)

    def e(self, x, n, pooled):
        b1 = self.conv(x, n + ".branch1x1", 320, 1)
        b3 = self.conv(x, n + ".branch3x3_1", 384, 1)
        b3 = [self.conv(b3, n + ".branch3x3_2a", 384, (1, 3), 1, (0, 1)),
              self.conv(b3, n + ".branch3x3_2b", 384, (3, 1), 1, (1, 0))]
        bd = self.conv(x, n + ".branch3x3dbl_1", 448, 1)
        bd = self.conv(bd, n + ".branch3x3dbl_2", 384, 3, 1, 1)
        bd = [self.conv(bd, n + ".branch3x3dbl_3a", 384, (1, 3), 1, (0, 1)),
              self.conv(bd, n + ".branch3x3dbl_3b", 384, (3, 1), 1, (1, 0))]
        return torch.cat([b1] + b3 + bd + [self.conv(pooled, n + ".branch_pool", 192, 1)], 1)

    def __call__(self, x):
        x = self.conv(x, "Conv2d_1a_3x3", 32, 3, 2)
        x = self.conv(x, "Conv2d_2a_3x3", 32, 3)
        x = self.conv(x, "Conv2d_2b_3x3", 64, 3, 1, 1)
        x = F.max_pool2d(x, 3, 2)
        x = self.conv(x, "Conv2d_3b_1x1", 80, 1)
        x = self.conv(x, "Conv2d_4a_3x3", 192, 3)
        x = F.max_pool2d(x, 3, 2)
        for name, pool in (("5b", 32), ("5c", 64), ("5d", 64)):
            x = self.a(x, "Mixed_" + name, pool)
        x = self.b(x, "Mixed_6a")
        for name, c7 in (("6b", 128), ("6c", 160), ("6d", 160), ("6e", 192)):
            x = self.c(x, "Mixed_" + name, c7)
        x = self.d(x, "Mixed_7a")
        x = self.e(x, "Mixed_7b", self.mean(x))
        x = self.e(x, "Mixed_7c", F.max_pool2d(x, 3, 1, 1))
        self.source.tensor("fc.weight", (1008, x.shape[1]))
        self.source.tensor("fc.bias", (1008,))
        return x.mean((2, 3))


def tf1_bilinear(x, height, width):
    """Float64 [N, C, H, W]: source = target·in/out, the last row and column repeated."""
    def weights(out, size):
        at = np.arange(out) * (size / out)
        low = np.floor(at).astype(int)
        return low, np.minimum(low + 1, size - 1), at - low
    top, bottom, down = weights(height, x.shape[2])
    left, right, across = weights(width, x.shape[3])
    x = x[:, :, top] * (1 - down)[:, None] + x[:, :, bottom] * down[:, None]
    return x[:, :, :, left] * (1 - across) + x[:, :, :, right] * across


def image(index, grey):
    """Something smooth with edges, 24×20."""
    rng = np.random.RandomState(index)
    y, x = np.mgrid[0:24, 0:20]
    layers = []
    for _ in range(1 if grey else 3):
        f = rng.uniform(0.1, 0.9, 4)
        v = np.sin(f[0] * x + 6 * f[1]) + np.cos(f[2] * y + 6 * f[3])
        v += 1.5 * ((x - 20 * f[0]) ** 2 + (y - 24 * f[1]) ** 2 < 60 * f[2])
        layers.append(np.clip(127 + 60 * v + rng.normal(0, 8, v.shape), 0, 255).astype(np.uint8))
    return layers[0] if grey else np.stack(layers, 2)


def fid(a, b):
    a, b = a.astype(np.float64), b.astype(np.float64)
    # The dimensions are many more than the images: Tr (S1 S2)^½ is the nuclear norm of the cross product.
    x = (a - a.mean(0)) / np.sqrt(len(a) - 1)
    y = (b - b.mean(0)) / np.sqrt(len(b) - 1)
    cross = scipy.linalg.svdvals(x @ y.T).sum()
    return ((a.mean(0) - b.mean(0)) ** 2).sum() + (x**2).sum() + (y**2).sum() - 2 * cross


def write(path, tensors):
    types = {"float64": "F64", "float32": "F32", "uint8": "U8"}
    header, data = {}, b""
    for name, tensor in tensors.items():
        tensor = np.ascontiguousarray(tensor)
        header[name] = {"dtype": types[tensor.dtype.name], "shape": list(tensor.shape),
                        "data_offsets": [len(data), len(data) + tensor.nbytes]}
        data += tensor.tobytes()
    text = json.dumps(header).encode()
    with open(os.path.join(HERE, path), "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    layout = Layout()
    with torch.no_grad():
        Inception(layout)(torch.zeros(1, 3, 299, 299))
        network = Inception(Weights(layout.shapes))
        features = {}
        for folder, first in (("a", 0), ("b", 10)):
            os.makedirs(os.path.join(HERE, folder), exist_ok=True)
            rows = []
            for i in range(4):
                pixels = image(first + i, (folder, i) == ("b", 3))
                Image.fromarray(pixels).save(os.path.join(HERE, folder, f"{i}.png"), optimize=True)
                pixels = np.repeat(pixels[:, :, None], 3, 2) if pixels.ndim == 2 else pixels
                x = pixels.transpose(2, 0, 1)[None].astype(np.float64)
                x = (tf1_bilinear(x, 299, 299) - 128) / 128
                rows.append(network(torch.from_numpy(x.astype(np.float32))).numpy()[0])
            features[folder] = np.stack(rows)
            print(folder, features[folder].mean(), features[folder].std(), features[folder].max(),
                  features[folder].std(0).mean())
        features["fid"] = np.array(fid(features["a"], features["b"]))
        print("fid", features["fid"])
        write("features.safetensors", features)
        pixels = np.random.RandomState(5).randint(0, 256, (1, 3, 5, 7)).astype(np.uint8)
        x = torch.from_numpy(pixels).double()
        resized = {"image": pixels}
        for size in (4, 13):
            resized[f"tf1-bilinear-{size}"] = tf1_bilinear(x.numpy(), size, size)
            for mode in ("bilinear", "bicubic"):
                resized[f"{mode}-{size}"] = F.interpolate(x, (size, size), mode=mode, antialias=True).numpy()
        write("resize.safetensors", resized)
