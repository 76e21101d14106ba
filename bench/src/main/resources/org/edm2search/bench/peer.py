"""An independent PyTorch implementation of the benchmarked networks, timed on request.

Reads one JSON request a line from standard input, writes one JSON answer a line:
  {"case": "setup", "resolution": 16, "channels": 1, "model_channels": 16, "channel_mult": [1, 2],
   "batch": 64, "config": "G*", "threads": 2, "memory_format": "contiguous"}
  {"case": "train"}   one training step: forward, backward, Adam, forced weight normalization
  {"case": "sample"}  one network evaluation without gradients
Answers hold "seconds"; "rss" is the peak resident memory in bytes.
Formulas: Karras et al. 2024 (EDM2), sections 2 and B; the EDM2+ block grammar.
"""
import json
import math
import resource
import sys
import time

import torch
import torch.nn.functional as F

EPSILON = 1e-4


def normalize(x, dims):
    norm = torch.linalg.vector_norm(x, dim=dims, keepdim=True, dtype=torch.float32)
    return x / (EPSILON + norm * math.sqrt(norm.numel() / x.numel()))


def mp_silu(x):
    return F.silu(x) / 0.596


def mp_sum(a, b, t):
    return a.lerp(b, t) / math.sqrt((1 - t) ** 2 + t ** 2)


def mp_cat(a, b):
    na, nb = a.shape[1], b.shape[1]
    c = math.sqrt((na + nb) / 0.5)
    return torch.cat([a * (c / math.sqrt(na) * 0.5), b * (c / math.sqrt(nb) * 0.5)], 1)


class Weight(torch.nn.Module):
    def __init__(self, out, fan, kernel=(), groups=1):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(out, fan, *kernel))
        self.groups = groups

    def forward(self, x, gain=1.0):
        w = self.weight
        if self.training:
            with torch.no_grad():
                w.copy_(normalize(w, list(range(1, w.ndim))))
        w = normalize(w, list(range(1, w.ndim))) * (gain / math.sqrt(w[0].numel()))
        if w.ndim == 2:
            return x @ w.t()
        return F.conv2d(x, w, padding=w.shape[-1] // 2, groups=self.groups)


class Block(torch.nn.Module):
    def __init__(self, config, stage, c_in, c_out, embedding, resample="keep", heads=0):
        super().__init__()
        self.stage, self.resample, self.heads, self.config = stage, resample, heads, config
        inner = c_out if stage == "enc" else c_in
        self.skip = Weight(c_out, c_in, (1, 1)) if c_in != c_out else None
        self.gain = torch.nn.Parameter(torch.zeros([]))
        self.emb = Weight(c_out, embedding)
        if config == "A":
            self.conv0 = Weight(c_out, inner, (3, 3))
            self.conv1 = Weight(c_out, c_out, (3, 3))
        else:
            self.dw0 = Weight(inner, 1, (3, 3), inner)
            self.pw0 = Weight(4 * c_out, inner, (1, 1))
            self.pw1 = Weight(c_out, 4 * c_out, (1, 1))
            self.dw1 = Weight(c_out, 1, (3, 3), c_out)
        if heads:
            self.qkv = Weight(3 * c_out, c_out, (1, 1))
            self.proj = Weight(c_out, c_out, (1, 1))

    def branch(self, x, emb):
        scale = (self.emb(emb, self.gain) + 1)[:, :, None, None]
        if self.config == "A":
            return self.conv1(mp_silu(self.conv0(mp_silu(x)) * scale))
        y = self.pw1(mp_silu(self.pw0(self.dw0(mp_silu(x)))))
        return self.dw1(mp_silu(y * scale))

    def forward(self, x, emb):
        if self.resample == "down":
            x = F.avg_pool2d(x, 2)
        elif self.resample == "up":
            x = F.interpolate(x, scale_factor=2, mode="nearest")
        if self.stage == "enc":
            if self.skip is not None:
                x = self.skip(x)
            x = normalize(x, [1])
        y = self.branch(x, emb)
        if self.stage == "dec" and self.skip is not None:
            x = self.skip(x)
        x = mp_sum(x, y, 0.3)
        if self.heads:
            n, c, h, w = x.shape
            y = self.qkv(x).reshape(n, self.heads, c // self.heads, 3, h * w)
            q, k, v = normalize(y, [2]).unbind(3)
            a = torch.einsum("nhcq,nhck->nhqk", q, k / math.sqrt(q.shape[2])).softmax(3)
            y = torch.einsum("nhqk,nhck->nhcq", a, v).reshape(n, c, h, w)
            x = mp_sum(x, self.proj(y), 0.3)
        return x.clip(-256, 256)


class Fourier(torch.nn.Module):
    def __init__(self, features):
        super().__init__()
        self.register_buffer("freqs", 2 * math.pi * torch.randn(features))
        self.register_buffer("phases", 2 * math.pi * torch.rand(features))

    def forward(self, x):
        return math.sqrt(2) * torch.cos(x.ger(self.freqs) + self.phases)


class Network(torch.nn.Module):
    def __init__(self, r):
        super().__init__()
        config, c0, size = r["config"], r["model_channels"], r["resolution"]
        widths = [c0 * m for m in r["channel_mult"]]
        embedding, head = max(widths), r["channels_per_head"]
        attends = r["attn_resolutions"]
        self.classes = r["label_dim"]
        self.noise_fourier, self.noise = Fourier(widths[0]), Weight(embedding, widths[0])
        self.label = Weight(embedding, self.classes)
        self.conv_in = Weight(widths[0], r["channels"] + 1, (3, 3))
        self.enc, self.dec, skips = torch.nn.ModuleList(), torch.nn.ModuleList(), [widths[0]]
        c = widths[0]
        for level, width in enumerate(widths):
            if level:
                self.enc.append(Block(config, "enc", c, c, embedding, "down"))
                skips.append(c)
            for _ in range(r["num_blocks"]):
                heads = width // head if size >> level in attends else 0
                self.enc.append(Block(config, "enc", c, width, embedding, heads=heads))
                c = width
                skips.append(c)
        for level in reversed(range(len(widths))):
            width = widths[level]
            if level == len(widths) - 1:
                self.dec.append(Block(config, "dec", c, c, embedding, heads=c // head))
                self.dec.append(Block(config, "dec", c, c, embedding))
            else:
                self.dec.append(Block(config, "dec", c, c, embedding, "up"))
            for _ in range(r["num_blocks"] + 1):
                heads = width // head if size >> level in attends else 0
                block = Block(config, "dec", c + skips.pop(), width, embedding, heads=heads)
                block.takes_skip = True
                self.dec.append(block)
                c = width
        self.conv_out, self.gain = Weight(r["channels"], c, (3, 3)), torch.nn.Parameter(torch.zeros([]))
        self.variance_fourier, self.variance = Fourier(128), Weight(1, 128)

    def forward(self, x, sigma, labels):
        s = sigma.reshape(-1, 1, 1, 1)
        c_skip, c_in = 0.25 / (s ** 2 + 0.25), 1 / (s ** 2 + 0.25).sqrt()
        c_out, level = s * 0.5 / (s ** 2 + 0.25).sqrt(), sigma.log() / 4
        emb = self.noise(self.noise_fourier(level))
        emb = mp_silu(mp_sum(emb, self.label(labels * math.sqrt(self.classes)), 0.5))
        y = c_in * x
        y = self.conv_in(torch.cat([y, torch.ones_like(y[:, :1])], 1))
        skips = [y]
        for block in self.enc:
            y = block(y, emb)
            skips.append(y)
        for block in self.dec:
            if getattr(block, "takes_skip", False):
                y = mp_cat(y, skips.pop())
            y = block(y, emb)
        denoised = c_skip * x + c_out * self.conv_out(y, self.gain)
        return denoised, self.variance(self.variance_fourier(level)).reshape(-1, 1, 1, 1)


def main():
    network = optimizer = batch = None
    for line in sys.stdin:
        r = json.loads(line)
        start = time.perf_counter()
        if r["case"] == "setup":
            torch.set_num_threads(r["threads"])
            torch.manual_seed(0)
            network = Network(r)
            n, c, size = r["batch"], r["channels"], r["resolution"]
            images = torch.rand(n, c, size, size) * 2 - 1
            noise = torch.randn(n, c, size, size)
            if r["memory_format"] == "channels_last":
                network = network.to(memory_format=torch.channels_last)
                images = images.to(memory_format=torch.channels_last)
                noise = noise.to(memory_format=torch.channels_last)
            sigma = torch.rand(n) + 0.1
            labels = torch.eye(r["label_dim"])[torch.arange(n) % r["label_dim"]]
            batch = images, noise, sigma, labels
            optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, betas=(0.9, 0.99))
            start = time.perf_counter()
        elif r["case"] == "train":
            images, noise, sigma, labels = batch
            network.train()
            s = sigma.reshape(-1, 1, 1, 1)
            denoised, u = network(images + noise * s, sigma, labels)
            weight = (s ** 2 + 0.25) / (s * 0.5) ** 2
            loss = (weight / u.exp() * (denoised - images) ** 2 + u).mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
        elif r["case"] == "sample":
            images, noise, sigma, labels = batch
            network.eval()
            with torch.no_grad():
                network(images, sigma, labels)
        else:
            raise ValueError(r["case"])
        seconds = time.perf_counter() - start
        rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        parameters = sum(p.numel() for p in network.parameters())
        print(json.dumps({"seconds": seconds, "rss": rss, "parameters": parameters}), flush=True)


if __name__ == "__main__":
    main()
