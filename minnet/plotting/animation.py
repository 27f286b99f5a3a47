"""Animations as frames, as a GIF, and as patches for a player in a page: the same bytes for the same data."""
from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from pathlib import Path

import numpy as np
from matplotlib.animation import AbstractMovieWriter
from PIL import Image

from .style import styled

__all__ = ["frames", "patches", "save_animation"]

DPI = 84
COMMON, COLOURS = 112, 128


class _Frames(AbstractMovieWriter):
    """A matplotlib writer that keeps the frames in memory, with the layout of the first one."""

    def setup(self, fig, outfile, dpi=None):
        super().setup(fig, outfile, dpi)
        fig.set_dpi(self.dpi)
        self.frames = []

    def grab_frame(self, **_):
        self.fig.canvas.draw()
        if not self.frames:
            self.fig.set_layout_engine("none")
        self.frames.append(np.asarray(self.fig.canvas.buffer_rgba())[..., :3].copy())

    def finish(self):
        pass


@styled
def frames(animation, dpi=DPI):
    """The frames of a matplotlib animation as PIL images of few colours, one palette for all, none dropped."""
    writer = _Frames()
    animation.save("", writer=writer, dpi=dpi)
    return _in_few_colours(writer.frames)


def _in_few_colours(pictures):
    """RGB arrays as images of one palette: the most common colours of the first, middle and last one, exactly, and others."""
    sample = np.concatenate([pictures[0], pictures[len(pictures) // 2], pictures[-1]])
    others = Image.fromarray(sample).quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    numbers, counts = np.unique(_bins(sample, 8), return_counts=True)
    common = numbers[np.argsort(-counts, kind="stable")[:COMMON]][::-1]
    common = np.stack([common >> 16, common >> 8 & 255, common & 255], -1)
    palette = np.concatenate([common, np.reshape(others.getpalette("RGB"), (-1, 3))[:COLOURS]])
    grid = np.arange(4, 256, 8, dtype=np.float32)
    centres = np.stack(np.meshgrid(grid, grid, grid, indexing="ij"), -1).reshape(-1, 1, 3)
    nearest = ((centres - palette.astype(np.float32)) ** 2).sum(-1).argmin(1).astype(np.uint8)
    nearest[_bins(common.astype(np.uint8), 5)] = np.arange(len(common))
    images = [Image.fromarray(nearest[_bins(picture, 5)]) for picture in pictures]
    for image in images:
        image.putpalette(palette.astype(np.uint8).ravel().tolist())
    return images


def _bins(colours, bits):
    """One number for the leading bits of red, green and blue (…, 3)."""
    red, green, blue = np.moveaxis(colours.astype(np.int32) >> (8 - bits), -1, 0)
    return red << 2 * bits | green << bits | blue


def save_animation(images, path, interval=80, rest=2000):
    """Write frames as an endless GIF, `interval` milliseconds each and the last one `rest`."""
    path, images = Path(path), list(images)
    if path.suffix.lower() != ".gif":
        raise ValueError(f"{path}: expected a name that ends in .gif")
    if not images or not all(isinstance(image, Image.Image) for image in images):
        raise ValueError(f"{len(images)} images for {path}; expected what minnet.plotting.frames gives")
    whole, (first, *others) = BytesIO(), images
    first.save(whole, "GIF", save_all=True, append_images=others, duration=[interval] * len(others) + [rest], loop=0, disposal=1)
    try:
        path.write_bytes(whole.getvalue())
    except OSError as error:
        raise ValueError(f"cannot write {path}: {error.strerror or error}") from error
    return path


def patches(images):
    """[(x, y, PNG as base64)]: the first frame, and of each later one the rectangle in which it differs from the one
    before, transparent where it does not."""
    palette, entries, before = images[0].getpalette("RGB"), [], None
    same = len(palette) // 3                                # one colour more, for what did not change
    for image in images:
        numbers, box, options = np.asarray(image), (0, 0, *image.size), {}
        if before is not None:
            changed = numbers != before
            box = Image.fromarray(changed).getbbox() or (0, 0, 1, 1)
            image = Image.fromarray(np.where(changed, numbers, same).astype(np.uint8))
            image.putpalette([*palette, 255, 255, 255])
            options = {"transparency": same}
        buffer = BytesIO()
        image.crop(box).save(buffer, "PNG", optimize=True, **options)
        entries.append((*box[:2], b64encode(buffer.getvalue()).decode()))
        before = numbers
    return entries
