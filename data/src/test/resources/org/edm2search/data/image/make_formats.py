"""Makes red.webp and red-cmyk.jpg, 8x6 pixels, which Java cannot write. Run with Debian's
python3-pil in this folder.
"""

from PIL import Image

red = Image.new("RGB", (8, 6), (200, 30, 20))
red.save("red.webp", lossless=True)
red.convert("CMYK").save("red-cmyk.jpg", quality=95)
