"""Writes the images of docs/evaluation.md's measurement of colour features, as NumPy archives.

train.npz, plain.npz (the same without labels), clean.npz (others of the same distribution), and clean.npz
with its hues turned, blurred and with noise, each in three strengths: hue0.npz ... noise2.npz.

    python3 shapes.py    (NumPy 1.22 or newer; writes 80 MB into the working directory)
"""

import numpy as np

SIZE = 32
STRENGTHS = dict(hue=[10, 30, 90], blur=[0.5, 0.8, 1.5], noise=[0.02, 0.06, 0.15])
Y, X = np.mgrid[0:SIZE, 0:SIZE].astype(float)


def rgb(hue, saturation, value):
    hue = np.asarray(hue) % 1
    sector = np.floor(hue * 6).astype(int) % 6
    part = hue * 6 - np.floor(hue * 6)
    low = value * (1 - saturation)
    falling = value * (1 - part * saturation)
    rising = value * (1 - (1 - part) * saturation)
    return np.array(
        [
            [value, rising, low],
            [falling, value, low],
            [low, value, rising],
            [low, falling, value],
            [rising, low, value],
            [value, low, falling],
        ]
    )[sector]


def inside(shape, dx, dy, radius):
    """Distance from the edge in pixels, positive inside: disc, square, cross, triangle."""
    square = radius - np.maximum(abs(dx), abs(dy))
    if shape == 0:
        return radius - np.hypot(dx, dy)
    if shape == 1:
        return square
    if shape == 2:
        return np.minimum(np.maximum(radius / 3 - abs(dx), radius / 3 - abs(dy)), square)
    return np.minimum(radius - abs(dy), (dy + radius) / 2 - abs(dx))


def images(count, seed):
    """Striped shapes on shaded grounds; the label is the shape and whether it is reddish or bluish."""
    rng = np.random.default_rng(seed)
    pixels = np.zeros((count, SIZE, SIZE, 3))
    labels = np.zeros(count, np.int64)
    for i in range(count):
        labels[i] = rng.integers(8)
        hue = rng.normal(0.05 if labels[i] // 4 == 0 else 0.55, 0.06)
        colour = rgb(hue, rng.uniform(0.5, 1), rng.uniform(0.6, 1))
        ground = rgb(rng.uniform(), rng.uniform(0, 0.35), rng.uniform(0.2, 0.6))
        shade = (Y / SIZE)[..., None] * rng.uniform(-0.15, 0.15)
        cx, cy = rng.uniform(11, 21, 2)
        edge = inside(labels[i] % 4, X - cx, Y - cy, rng.uniform(5, 9))
        mask = np.clip(edge + 0.5, 0, 1)[..., None]
        grain = rng.normal(0, 0.04, (SIZE, SIZE, 1))
        stripes = 0.1 * np.sin(X * rng.uniform(0.6, 1.2) + rng.uniform(0, 6))[..., None]
        pixels[i] = mask * (colour + stripes) + (1 - mask) * (ground + shade) + grain
    return np.clip(pixels, 0, 1), labels


def hue(pixels, degrees):
    """Colours turned about the grey axis."""
    angle = np.deg2rad(degrees)
    k = np.ones(3) / np.sqrt(3)
    cross = np.array([[0, -k[2], k[1]], [k[2], 0, -k[0]], [-k[1], k[0], 0]])
    turn = np.eye(3) * np.cos(angle) + np.sin(angle) * cross + (1 - np.cos(angle)) * np.outer(k, k)
    return np.clip(pixels @ turn.T, 0, 1)


def blur(pixels, sigma):
    reach = np.arange(-9, 10)
    weights = np.exp(-(reach**2) / 2 / sigma / sigma)
    weights /= weights.sum()
    for axis in (1, 2):
        pad = [(9, 9) if a == axis else (0, 0) for a in range(4)]
        padded = np.pad(pixels, pad, mode="edge")
        pixels = sum(
            weights[j] * np.take(padded, range(j, j + SIZE), axis=axis) for j in range(19)
        )
    return pixels


def noise(pixels, deviation):
    rng = np.random.default_rng(9)
    return np.clip(pixels + rng.normal(0, deviation, pixels.shape), 0, 1)


def save(name, pixels, **labels):
    np.savez(name + ".npz", images=np.round(pixels * 255).astype(np.uint8), **labels)


pixels, labels = images(6000, 1)
save("train", pixels, labels=labels)
save("plain", pixels)
pixels, labels = images(1500, 2)
save("clean", pixels, labels=labels)
for change in (hue, blur, noise):
    for level, strength in enumerate(STRENGTHS[change.__name__]):
        save(f"{change.__name__}{level}", change(pixels, strength), labels=labels)
