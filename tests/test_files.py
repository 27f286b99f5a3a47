"""Files that are whole at every moment, and locks: kills, links, full disks and second processes."""
import multiprocessing
import os
import signal
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import refuses

from minnet.files import atomic_write, lock, uninterrupted

spawned = multiprocessing.get_context("spawn")


def write(path, content):
    with atomic_write(path) as file:
        file.write(content)


def names(folder):
    return sorted(os.listdir(folder))


def test_the_new_contents_take_the_place_of_the_old(tmp_path):
    path = tmp_path / "a.txt"
    for content in (b"one", b"", b"three" * 10000):
        write(path, content)
        assert path.read_bytes() == content and names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_block_that_fails_leaves_the_old_file(tmp_path, error):
    path = tmp_path / "a.txt"
    write(path, b"old")
    with pytest.raises(error), atomic_write(path) as file:
        file.write(b"half of the n")
        assert len(names(tmp_path)) == 2 and path.read_bytes() == b"old"
        raise error
    assert path.read_bytes() == b"old" and names(tmp_path) == ["a.txt"]


def test_links_are_replaced_and_not_followed(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"mine")
    link.symlink_to(target)
    write(link, b"new")
    assert target.read_bytes() == b"mine" and link.read_bytes() == b"new" and not link.is_symlink()


def test_the_permissions_of_a_file_stay(tmp_path):
    path = tmp_path / "a.txt"
    write(path, b"old")
    path.chmod(0o640)
    write(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("name, reason", [("missing/a.txt", "No such file"), ("", "folder"), ("a" * 300, "long")])
def test_what_cannot_be_written_is_said_in_a_line(tmp_path, name, reason):
    for use in (atomic_write, lock) if name else (atomic_write,):
        with refuses("cannot write", tmp_path / name, reason), use(tmp_path / name):
            pass
    assert names(tmp_path) == []


def test_a_full_disk_is_said_in_a_line(tmp_path):
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full")
    with refuses("cannot write", "No space left"), atomic_write(tmp_path / "a"), open("/dev/full", "wb", 0) as full:
        full.write(b"1")
    assert names(tmp_path) == []


def test_writers_at_the_same_time_never_mix(tmp_path):
    path, contents = tmp_path / "a", [bytes([65 + i]) * 50_000 for i in range(6)]
    write(path, contents[0])
    threads = [threading.Thread(target=lambda c=content: [write(path, c) for _ in range(2)]) for content in contents]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert path.read_bytes() in contents
    assert names(tmp_path) == ["a"]


# --- locks -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ["run.npz", ""])
def test_a_lock_is_for_one_at_a_time(tmp_path, name):
    path = tmp_path / name
    for _ in range(2):
        with lock(path):
            with refuses(path, "in use by another run"), lock(path):
                pass
        assert names(tmp_path) == []


def hold_for_ever(path, ready):
    with lock(path):
        ready.set()
        signal.pause()


def test_a_process_that_is_killed_gives_its_lock_up(tmp_path):
    path, ready = tmp_path / "run.npz", spawned.Event()
    (tmp_path / f".run.npz.{'0' * 16}.partial").write_text("left behind")
    (tmp_path / ".other.npz.0123456789abcdef.partial").write_text("another's")
    process = spawned.Process(target=hold_for_ever, args=(path, ready))
    process.start()
    assert ready.wait(60)
    with refuses(path, "in use by another run"), lock(path):
        pass
    process.kill()
    process.join()
    with lock(path):
        pass
    assert names(tmp_path) == [".other.npz.0123456789abcdef.partial"]


def test_threads_that_take_turns_never_meet(tmp_path):
    inside, met, taken = [], [], []

    def run():
        for _ in range(50):
            try:
                with lock(tmp_path):
                    inside.append(1)
                    met.append(len(inside))
                    inside.pop()
            except ValueError:
                taken.append(1)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(met) == {1} and len(met) + len(taken) == 200 and names(tmp_path) == []


@pytest.mark.parametrize("make", [lambda p: p.write_text("mine"), lambda p: p.mkdir(), lambda p: os.mkfifo(p),
                                  lambda p: p.symlink_to(p.with_name("target"))])
def test_a_lock_opens_nothing_that_is_not_its_own(tmp_path, make):
    make(tmp_path / ".run.npz.lock")
    before = names(tmp_path)
    with refuses("run.npz"), lock(tmp_path / "run.npz"):
        pass
    assert names(tmp_path) == before


# --- Ctrl-C ----------------------------------------------------------------------------------------------------------

@given(times=st.integers(0, 3))
def test_ctrl_c_waits_for_the_block(times):
    done = []
    try:
        with uninterrupted():
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)
            done.append(1)
    except KeyboardInterrupt:
        assert times
    else:
        assert not times
    assert done == [1] and signal.getsignal(signal.SIGINT) is signal.default_int_handler
