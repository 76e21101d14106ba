"""The network of model.safetensors in PyTorch: any architecture of its grammar, from its metadata.

    from modeling import load
    network = load("model.safetensors")        # an nn.Module; network.architecture is a dictionary
    denoised = network(x, sigma, class_labels) # x [N, C, H, W], sigma [N], one-hot labels [N, classes] or None

A magnitude-preserving U-Net (Karras et al. 2024, arXiv 2312.02696) with searched residual branches.

Permission to use, copy, modify and distribute this file for any purpose is granted, without warranty.
"""

import json
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

SIGMA_DATA = 0.5


def normalize(x, dims):
    """x / (1e-4 + its root mean square over some dimensions)."""
    norm = torch.linalg.vector_norm(x, dim=dims, keepdim=True) / math.sqrt(math.prod(x.shape[d] for d in dims))
    return x / (1e-4 + norm)


def mp_silu(x):
    return F.silu(x) / 0.596


def mp_sum(a, b, t):
    return ((1 - t) * a + t * b) / math.hypot(1 - t, t)


def mp_cat(a, b):
    scale = math.sqrt((a.shape[1] + b.shape[1]) / 2)
    return torch.cat([a * (scale / math.sqrt(a.shape[1])), b * (scale / math.sqrt(b.shape[1]))], dim=1)


class Fourier(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.register_buffer("freqs", 2 * math.pi * torch.randn(features))
        self.register_buffer("phases", 2 * math.pi * torch.rand(features))

    def forward(self, x):  # [N] -> [N, features]
        return math.sqrt(2) * torch.cos(torch.outer(x, self.freqs) + self.phases)


class MPConv(nn.Module):
    """Linear layer, convolution or depthwise convolution with weights of unit magnitude, no bias."""

    def __init__(self, *shape):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(shape))

    def forward(self, x, gain=1.0):
        fan_in = math.prod(self.weight.shape[1:])
        weight = normalize(self.weight, tuple(range(1, self.weight.ndim))) * (gain / math.sqrt(fan_in))
        if weight.ndim == 2:
            return x @ weight.T
        groups = x.shape[1] // weight.shape[1]
        return F.conv2d(x, weight, padding=weight.shape[-1] // 2, groups=groups)


def expand(branch, decoder, inner, outer):
    """The operations of a residual branch: silu, modulate, or a layer's name with its weight's shape."""
    silu = ("silu",)
    if branch["branch"] == "conv":
        ops = [silu, ("conv", outer, inner, 3), ("modulate", outer), silu, ("conv", outer, outer, 3)]
    elif branch["branch"] == "dwconv":
        narrow = [("pwconv", outer, inner, 1)] if decoder else []
        ops = [silu, ("dwconv", inner, 1, 3), *narrow, ("modulate", outer), silu, ("dwconv", outer, 1, 3)]
    else:
        wide = math.floor(float(branch["expansion"]) * outer + 0.5)
        places, sizes = branch["depthwise"].split(","), str(branch["kernel"])
        kernels = dict(k.split(":") for k in sizes.split(",")) if ":" in sizes else dict.fromkeys(places, sizes)
        widths = {"in": inner, "mid": wide, "out": outer}
        depthwise = {place: ("dwconv", widths[place], 1, int(kernels[place])) for place in places}
        ops = [silu]
        if "in" in places:
            ops += [depthwise["in"]] if branch["linear_bottleneck"] else [depthwise["in"], silu]
        ops += [("pwconv", wide, inner, 1)]
        ops += [silu, depthwise["mid"]] if "mid" in places else []
        ops += [("modulate", wide)] if branch["embedding"] == "wide" else []
        ops += [silu, ("pwconv", outer, wide, 1)]
        ops += [("modulate", outer)] if branch["embedding"] == "narrow" else []
        ops += [silu, depthwise["out"]] if "out" in places else []
    named, counts = [], {"conv": 0, "pwconv": 0, "dwconv": 0}
    for kind, *shape in ops:
        if kind in counts:
            counts[kind] += 1
            kind = f"{kind}_res{counts[kind] - 1}"
            shape += shape[-1:]
        named.append((kind, shape))
    return named


def branch_of(architecture, stage, level, block):
    """The keys of a block's branch: those of the narrowest selector that names it."""
    chosen, overrides = architecture, architecture.get("branches", {})
    for selector in (stage, level, block):
        chosen = {**chosen, **overrides.get(selector, {})}
    return chosen


class Block(nn.Module):
    def __init__(self, branch, decoder, resample, inputs, outputs, embedding, heads):
        super().__init__()
        self.decoder, self.resample, self.heads = decoder, resample, heads
        self.ops = expand(branch, decoder, inputs if decoder else outputs, outputs)
        self.emb_gain = nn.Parameter(torch.zeros([]))
        for name, shape in self.ops:
            if name == "modulate":
                self.emb_linear = MPConv(*shape, embedding)
            elif name != "silu":
                self.add_module(name, MPConv(*shape))
        self.conv_skip = MPConv(outputs, inputs, 1, 1) if inputs != outputs else None
        if heads:
            self.attn_qkv = MPConv(3 * outputs, outputs, 1, 1)
            self.attn_proj = MPConv(outputs, outputs, 1, 1)

    def forward(self, x, embedding):
        if self.resample == "down":
            x = F.avg_pool2d(x, 2)
        elif self.resample == "up":
            x = F.interpolate(x, scale_factor=2, mode="nearest")
        y = x
        if not self.decoder:
            x = y = normalize(self.conv_skip(x) if self.conv_skip else x, (1,))
        for name, _ in self.ops:
            if name == "silu":
                y = mp_silu(y)
            elif name == "modulate":
                y = y * (self.emb_linear(embedding, gain=self.emb_gain) + 1)[:, :, None, None]
            else:
                y = getattr(self, name)(y)
        x = mp_sum(self.conv_skip(x) if self.decoder and self.conv_skip else x, y, 0.3)
        if self.heads:
            x = mp_sum(x, self.attend(x), 0.3)
        return x.clip(-256, 256)

    def attend(self, x):
        n, c, h, w = x.shape
        qkv = self.attn_qkv(x).reshape(n, self.heads, c // self.heads, 3, h * w)
        q, k, v = normalize(qkv, (2,)).unbind(3)  # each [N, heads, channels, pixels]
        weights = torch.einsum("nhcq,nhck->nhqk", q, k / math.sqrt(q.shape[2])).softmax(dim=3)
        return self.attn_proj(torch.einsum("nhqk,nhck->nhcq", weights, v).reshape(n, c, h, w))


class UNet(nn.Module):
    def __init__(self, a):
        super().__init__()
        widths = [a["model_channels"] * m for m in a["channel_mult"]]
        blocks_of = a["num_blocks"] if isinstance(a["num_blocks"], list) else [a["num_blocks"]] * len(widths)
        embedding, classes = max(widths), a["label_dim"]
        self.emb_fourier = Fourier(widths[0])
        self.emb_noise = MPConv(embedding, widths[0])
        self.emb_label = MPConv(embedding, classes) if classes else None
        self.enc, self.dec = nn.ModuleDict(), nn.ModuleDict()
        size, channels, skips = a["img_resolution"], widths[0], [widths[0]]
        self.enc[f"{size}x{size}_conv"] = MPConv(widths[0], a["img_channels"] + 1, 3, 3)

        def add(stage, level, kind, outputs, resample="keep", attention=False, skip=0):
            side, decoder = size >> level, stage == "dec"
            prefix = f"{side}x{side}"
            branch = branch_of(a, stage, f"{stage}.{prefix}", f"{stage}.{prefix}_{kind}")
            heads = outputs // a["channels_per_head"] if attention else 0
            blocks = self.dec if decoder else self.enc
            blocks[f"{prefix}_{kind}"] = Block(branch, decoder, resample, channels + skip, outputs, embedding, heads)
            return outputs

        for level, width in enumerate(widths):
            attention = size >> level in a["attn_resolutions"]
            if level > 0:
                channels = add("enc", level, "down", channels, "down")
                skips.append(channels)
            for i in range(blocks_of[level]):
                channels = add("enc", level, f"block{i}", width, attention=attention)
                skips.append(channels)
        for level, width in reversed(list(enumerate(widths))):
            attention = size >> level in a["attn_resolutions"]
            if level == len(widths) - 1:
                channels = add("dec", level, "in0", channels, attention=True)
                channels = add("dec", level, "in1", channels)
            else:
                channels = add("dec", level, "up", channels, "up")
            for i in range(blocks_of[level] + 1):
                channels = add("dec", level, f"block{i}", width, attention=attention, skip=skips.pop())
        self.out_conv = MPConv(a["img_channels"], widths[0], 3, 3)
        self.out_gain = nn.Parameter(torch.zeros([]))

    def forward(self, x, noise, labels):
        embedding = self.emb_noise(self.emb_fourier(noise))
        if self.emb_label is not None:
            if labels is None:
                labels = torch.zeros(len(x), self.emb_label.weight.shape[1], device=x.device)
            embedding = mp_sum(embedding, self.emb_label(labels * math.sqrt(labels.shape[1])), 0.5)
        embedding = mp_silu(embedding)
        x = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)
        skips = []
        for block in self.enc.values():
            x = block(x, embedding) if isinstance(block, Block) else block(x)
            skips.append(x)
        for name, block in self.dec.items():
            x = block(mp_cat(x, skips.pop()) if "block" in name else x, embedding)
        return self.out_conv(x, gain=self.out_gain)


class Denoiser(nn.Module):
    """D(x; sigma, labels) with its preconditioning (Karras et al. 2022, arXiv 2206.00364, table 1)."""

    def __init__(self, architecture):
        super().__init__()
        self.architecture = architecture
        self.unet = UNet(architecture)
        self.logvar_fourier, self.logvar_linear = Fourier(128), MPConv(1, 128)

    def forward(self, x, sigma, class_labels=None):
        sigma = sigma.reshape(-1, 1, 1, 1)
        total = sigma**2 + SIGMA_DATA**2
        raw = self.unet(x / total.sqrt(), sigma.flatten().log() / 4, class_labels)
        return x * (SIGMA_DATA**2 / total) + raw * (sigma * SIGMA_DATA / total.sqrt())


def read_safetensors(path):
    """The tensors of a file by name, as float32, and its metadata."""
    types = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "U8": "u1"}
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    metadata = header.pop("__metadata__", {})

    def tensor(entry):
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[begin:end], dtype=types[entry["dtype"]]).astype(np.float32)
        return torch.from_numpy(values).reshape(entry["shape"])

    return {name: tensor(entry) for name, entry in header.items()}, metadata


def load(path):
    """The network of a file whose metadata holds its architecture, ready to run."""
    tensors, metadata = read_safetensors(path)
    network = Denoiser(json.loads(metadata["architecture"]))
    network.load_state_dict(tensors)
    return network.eval()
