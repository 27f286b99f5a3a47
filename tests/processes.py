"""Processes for tests, forked from one that has imported what most of them need, which takes longer than many tests."""
import multiprocessing

KINDS = multiprocessing.get_all_start_methods()
server = multiprocessing.get_context("forkserver" if "forkserver" in KINDS else "spawn")
server.set_forkserver_preload(["pytest", "minnet.exercises", "minnet.estimators", "minnet.cli.commands"])
