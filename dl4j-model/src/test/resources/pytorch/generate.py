"""Makes the state dicts beside it with torch.save, and what is in them as safetensors.

    python3 generate.py      needs PyTorch (made with 1.13); no network

legacy.pth, zip.pth: the same state dict as stream of pickles and as zip archive. Its tensors cover
element types, ranks, views of shared storages, and a module's versions (the _metadata attribute).
"""
import json
import os
import struct
from collections import OrderedDict

import numpy
import torch

HERE = os.path.dirname(os.path.abspath(__file__))


def state():
    torch.manual_seed(1)
    module = torch.nn.Sequential(torch.nn.Conv2d(2, 3, (1, 3), bias=False), torch.nn.BatchNorm2d(3))
    state = module.state_dict()
    base = torch.randn(4, 6)
    state["view.transposed"] = base.t()
    state["view.row"] = base[2]
    state["view.columns"] = base[:, 1:5:2]
    state["view.whole"] = base
    state["type.double"] = torch.randn(2, 2, dtype=torch.float64)
    state["type.half"] = torch.tensor([0.0, -1.5, 65504.0, 6e-8], dtype=torch.float16)
    state["type.bfloat16"] = torch.tensor([1.0, -3.140625, 1e30], dtype=torch.bfloat16)
    state["type.int"] = torch.tensor([1, -2, 2**31 - 1], dtype=torch.int32)
    state["type.long"] = torch.tensor([-(2**63), 2**63 - 1])
    state["type.byte"] = torch.tensor([0, 127, 255], dtype=torch.uint8)
    state["rank.scalar"] = torch.tensor(1.25)
    state["rank.empty"] = torch.zeros(0, 3)
    return state


TYPES = {torch.float64: "F64", torch.float32: "F32", torch.int64: "I64", torch.int32: "I32", torch.uint8: "U8"}


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        if tensor.dtype in (torch.float16, torch.bfloat16):
            tensor = tensor.float()
        raw = numpy.ascontiguousarray(tensor.numpy()).tobytes()
        header[name] = {"dtype": TYPES[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    tensors = state()
    torch.save(tensors, os.path.join(HERE, "legacy.pth"), _use_new_zipfile_serialization=False)
    torch.save(tensors, os.path.join(HERE, "zip.pth"))
    write_safetensors(os.path.join(HERE, "expected.safetensors"), tensors)
