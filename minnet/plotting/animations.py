"""Animations as frames, as files, and as patches for a player in a page: the same bytes for the same data."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from collections.abc import Iterable, Sequence
from io import BytesIO
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from matplotlib.animation import AbstractMovieWriter, Animation, FFMpegWriter, FuncAnimation
from matplotlib.figure import Figure
from PIL import Image

from ..files import atomic_write
from .appearance import style

__all__ = ["Film", "frames", "has_ffmpeg", "patches", "save_animation"]

DPI = 84
COMMON, COLOURS = 112, 128


class Film(FuncAnimation):
    """A matplotlib animation that a Jupyter cell plays when it is the cell's last line.

    Its parameters are those of `matplotlib.animation.FuncAnimation`.
    """

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"  # no address in memory: a notebook keeps it beside the film

    def _repr_html_(self) -> str:
        data = b64encode(_as_gif(frames(self), 80, 2000)).decode()
        return f'<img alt="a film" src="data:image/gif;base64,{data}">'


class _Frames(AbstractMovieWriter):
    """A matplotlib writer that keeps the frames in memory, with the layout of the first one, each drawn once."""

    def setup(self, fig: Figure, outfile: Any, dpi: float | None = None) -> None:
        super().setup(fig, outfile, dpi)
        fig.set_dpi(self.dpi)
        fig.canvas.draw_idle = lambda: None  # the animation would draw each frame by it, and `grab_frame` again
        self.frames = []

    def grab_frame(self, **_: Any) -> None:
        self.fig.canvas.draw()
        if not self.frames:
            self.fig.set_layout_engine("none")
        self.frames.append(np.asarray(self.fig.canvas.buffer_rgba())[..., :3].copy())

    def finish(self) -> None:
        del self.fig.canvas.draw_idle


@style
def frames(animation: Animation, dpi: float = DPI) -> list[Image.Image]:
    """Draw the frames of a matplotlib animation.

    Parameters
    ----------
    animation : Animation
        Such as a `Film`.
    dpi : float
        Dots per inch.

    Returns
    -------
    list of PIL images
        All of them, with one palette of few colours, as GIFs need it.

    Examples
    --------
    >>> from minnet import minimize, plotting, problems
    >>> run = minimize(problems.beale(), [2.0, -2.0], max_iter=5, record=["x"])
    >>> len(frames(plotting.animate(problems.beale(), run, frames=3)))
    3
    """
    writer = _Frames()
    animation.save("", writer=writer, dpi=dpi)
    return _in_few_colours(writer.frames)


def _in_few_colours(pictures: list[np.ndarray]) -> list[Image.Image]:
    """Turn RGB arrays into images of one palette: the most common colours of the first, middle and last one, exactly,
    and others."""
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


def _bins(colours: np.ndarray, bits: int) -> np.ndarray:
    """One number for the leading bits of red, green and blue (…, 3)."""
    red, green, blue = np.moveaxis(colours.astype(np.int32) >> (8 - bits), -1, 0)
    return red << 2 * bits | green << bits | blue


def save_animation(
    images: Iterable[Image.Image], path: str | PathLike[str], interval: int = 80, rest: int = 2000
) -> Path:
    """Write frames as an animation.

    Parameters
    ----------
    images : iterable of PIL images
        What `minnet.plotting.frames` gives.
    path : str or path
        Its name ends in .gif, in .html (a page with the film in it) or in .mp4, which needs ffmpeg.
    interval : int
        For how many milliseconds each frame is shown.
    rest : int
        For how many milliseconds the last frame is shown.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        For another ending, images that are none, ffmpeg missing, and a file that cannot be written.
    """
    path, images = Path(path), list(images)
    kinds = {".gif": _as_gif, ".html": _as_page, ".mp4": _as_mp4}
    if path.suffix.lower() not in kinds:
        raise ValueError(f"{path}: expected a name that ends in .gif, .html or .mp4")
    if not images or not all(isinstance(image, Image.Image) for image in images):
        raise ValueError(f"{len(images)} images for {path}; expected what minnet.plotting.frames gives")
    whole = kinds[path.suffix.lower()](images, interval, rest)
    with atomic_write(path) as file:
        file.write(whole)
    return path


def _as_gif(images: list[Image.Image], interval: int, rest: int) -> bytes:
    """A GIF that plays once and stays on its last frame."""
    whole, (first, *others) = BytesIO(), images
    first.save(
        whole,
        "GIF",
        save_all=True,
        append_images=others,
        duration=[interval] * len(others) + [rest],
        disposal=1,
    )
    return whole.getvalue()


def _as_page(images: list[Image.Image], interval: int, rest: int) -> bytes:
    """A page of HTML with the GIF in it."""
    data = b64encode(_as_gif(images, interval, rest)).decode()
    return (
        f'<!DOCTYPE html>\n<html lang="en"><meta charset="utf-8"><title>film</title>'
        f'<img alt="film of {len(images)} frames" src="data:image/gif;base64,{data}"></html>\n'
    ).encode()


def has_ffmpeg() -> bool:
    """Whether ffmpeg is installed, without which no .mp4 can be written."""
    return FFMpegWriter.isAvailable()


def _as_mp4(images: list[Image.Image], interval: int, rest: int) -> bytes:
    """An mp4, by ffmpeg, whose picture has even sides; the last frame is repeated as long as it rests."""
    if not has_ffmpeg():
        raise ValueError("an .mp4 needs ffmpeg, which is not installed; expected a name that ends in .gif or .html")
    frames = [np.asarray(image.convert("RGB")) for image in images]
    frames += frames[-1:] * (rest // interval)
    height, width = (side // 2 * 2 for side in frames[0].shape[:2])
    command = [
        "ffmpeg",
        "-loglevel",
        "error",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-s",
        f"{width}x{height}",
        "-r",
        f"{1000 / interval:g}",
        "-i",
        "-",
        "-c:v",
        "libx264",
        "-pix_fmt",
        "yuv420p",
        "-threads",
        "1",
        "-fflags",
        "+bitexact",
        "-flags:v",
        "+bitexact",
        "-y",
    ]
    with TemporaryDirectory() as folder:
        out = Path(folder) / "film.mp4"
        raw = b"".join(np.ascontiguousarray(frame[:height, :width]).tobytes() for frame in frames)
        run = subprocess.run([*command, str(out)], input=raw, capture_output=True, check=False)
        if run.returncode:
            raise ValueError(
                f"ffmpeg could not write the film: {run.stderr.decode(errors='replace').strip().splitlines()[-1]}"
            )
        return out.read_bytes()


def patches(images: Sequence[Image.Image]) -> list[tuple[int, int, str]]:
    """Reduce frames to what changes from one to the next, for a player in a page.

    Parameters
    ----------
    images : sequence of PIL images
        What `minnet.plotting.frames` gives.

    Returns
    -------
    list of (x, y, PNG in base64)
        The first frame, and of each later one the rectangle in which it differs from the one before, transparent where
        it does not.
    """
    palette, entries, before = images[0].getpalette("RGB") or [], [], None
    same = len(palette) // 3  # one colour more, for what did not change
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
