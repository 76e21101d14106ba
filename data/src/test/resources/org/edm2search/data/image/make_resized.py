"""Makes resized.zip: images as Pillow resizes and crops them. Run with Debian's python3-pil and
python3-numpy, in this folder. The crops follow the description of ADM's and EDM's preprocessing.
"""

import io
import zipfile

import numpy as np
from PIL import Image

SIZES = [  # source width, height, wanted square
    (37, 53, 16),
    (101, 67, 16),
    (160, 99, 32),
    (64, 64, 32),
    (33, 32, 32),
    (32, 45, 32),
    (9, 13, 16),
    (5, 31, 8),
    (127, 61, 7),
]
FILTERS = {"box": Image.BOX, "bicubic": Image.BICUBIC, "lanczos": Image.LANCZOS}


def adm(image, size):
    while min(image.size) >= 2 * size:
        image = image.resize((image.width // 2, image.height // 2), Image.BOX)
    scale = size / min(image.size)
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.BICUBIC)
    left, top = (image.width - size) // 2, (image.height - size) // 2
    return image.crop((left, top, left + size, top + size))


def centre(image, size):
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.crop((left, top, left + side, top + side))
    return square.resize((size, size), Image.LANCZOS)


def source(random, width, height, mode):
    """Noise over a gradient and hard edges, so that rounding and clipping both happen."""
    shape = (height, width) if mode == "L" else (height, width, 3)
    noise = random.integers(0, 256, shape)
    ramp = np.linspace(0, 255, width)[None, :] * np.ones((height, 1))
    ramp = ramp if mode == "L" else ramp[:, :, None]
    pixels = 0.5 * noise + 0.5 * ramp
    pixels[height // 3 : height // 2] = 255
    pixels[:, width // 2 : width // 2 + 2] = 0
    return Image.fromarray(pixels.astype(np.uint8), mode)


def png(image):
    out = io.BytesIO()
    image.save(out, "png", optimize=True)
    return out.getvalue()


def main():
    random = np.random.default_rng(20)
    files = {}
    for width, height, size in SIZES:
        for mode in ("L", "RGB"):
            image = source(random, width, height, mode)
            name = f"{width}x{height}-{mode}"
            files[f"{name}/source.png"] = png(image)
            files[f"{name}/center-crop-dhariwal-{size}.png"] = png(adm(image, size))
            files[f"{name}/center-crop-{size}.png"] = png(centre(image, size))
            if width > 40:
                continue
            for filter_name, code in FILTERS.items():
                for w, h in ((width // 3 + 1, height), (width + 3, height + 9), (7, 5)):
                    resized = image.resize((w, h), code)
                    files[f"{name}/{filter_name}-{w}x{h}.png"] = png(resized)
    with zipfile.ZipFile("resized.zip", "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)


main()
