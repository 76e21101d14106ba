"""Feature statistics as NumPy writes them, and their Fréchet distance as SciPy computes it.

    /usr/bin/python3 make_statistics.py        (NumPy, SciPy)
"""
import json
import numpy as np
import scipy.linalg

rng = np.random.default_rng(5)
d = 12
mix = rng.normal(size=(d, d))
a = rng.normal(size=(300, d)) @ mix
b = 1.2 * rng.normal(size=(500, d)) @ (mix + 0.2 * rng.normal(size=(d, d))) + 0.3


def write(name, features, dtype, order="C", compressed=False, **more):
    sigma = np.array(np.cov(features, rowvar=False), dtype=dtype, order=order)
    save = np.savez_compressed if compressed else np.savez
    save(name, mu=features.mean(axis=0).astype(dtype), sigma=sigma, **more)


def distance(x, y):
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = scipy.linalg.sqrtm(s @ t)
    return float(((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(s + t - 2 * root.real))


write("a.npz", a, "<f8")
write("b.npz", b, "<f8", compressed=True, num_images=len(b))
write("b-fortran.npz", b, "<f8", order="F")
write("b-big-endian.npz", b, ">f8")
write("b-float32.npz", b, "<f4")
np.savez("objects.npz", mu=np.array([{"a": 1}] * d, dtype=object), sigma=np.eye(d))
np.savez("images.npz", images=np.zeros((4, 8, 8), dtype=np.uint8))

tensors = {"a": a, "b": b}
header, offset = {}, 0
for name, values in tensors.items():
    header[name] = {"dtype": "F64", "shape": list(values.shape), "data_offsets": [offset, offset + values.nbytes]}
    offset += values.nbytes
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
with open("features.safetensors", "wb") as out:
    out.write(len(text).to_bytes(8, "little") + text)
    for values in tensors.values():
        out.write(values.astype("<f8").tobytes())
with open("distance.txt", "w") as out:
    out.write(repr(distance(a, b)) + "\n")
