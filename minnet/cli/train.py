"""Train a network on a table, or replay the notebook.

With DATA.csv: train on your own table, of numbers and text, with a header or none; classification or regression is
found from the target. Writes model.npz, report.json and training.png to --out. Without: the notebook's clusters and
network, its Newton step, which fails, and minnet's, which does not.
"""
from __future__ import annotations

from pathlib import Path

from .. import plotting
from ..datasets import read_csv
from ..datasets.tables import listed
from ..estimators import INTERRUPTED, MLPClassifier, MLPRegressor
from ..network.activations import ACTIVATIONS
from ..report import write_json
from . import replay
from .common import (
    OPTIMIZERS,
    folder,
    labels,
    on_terminal,
    optimizer,
    quiet_convergence,
    run_report,
    weight_decay,
    widths,
)

SEED = 2  # at which the notebook's loss falls to 12 along a ray, as it does to some value for five seeds in six


def arguments(parser):
    parser.add_argument("data", nargs="?", metavar="DATA.csv", help="a table; none replays the notebook")
    parser.add_argument("--target", help="the target's column, by name or number from 0 (default: the last)")
    parser.add_argument("--kind", choices=["classification", "regression"], help="default: found from the target")
    parser.add_argument("--hidden", default="16", help="hidden widths such as 16,16, or '' for a linear model (default 16)")
    parser.add_argument("--activation", default="tanh", help=f"one of {', '.join(ACTIVATIONS)} (default tanh)")
    parser.add_argument("--optimizer", default="lbfgs", help=f"one of {', '.join(OPTIMIZERS)} (default lbfgs; newton is "
                                                             f"the most exact for small networks)")
    parser.add_argument("--lr", type=float, help="learning rate of a first-order method")
    parser.add_argument("--l2", type=weight_decay, default="auto",
                        help="weight decay: a number, auto (by cross-validation; the default) or evidence")
    parser.add_argument("--test-fraction", type=float, default=0.2, help="kept for the test (default 0.2)")
    parser.add_argument("--max-iter", type=int, default=5000, help="default 5000")
    parser.add_argument("--gtol", type=float, default=1e-6, help="bound of the gradient test (default 1e-6)")
    parser.add_argument("--batch-size", type=int, help="examples a step (default: all)")
    parser.add_argument("--out", default="minnet-out", help="folder for what is written (default minnet-out)")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run in --out, if there is one")
    parser.add_argument("--overwrite", action="store_true", help="replace a model that is already in --out")
    parser.set_defaults(default=parser.get_default)


def run(args):
    if args.data is None:
        for name in sorted(vars(args).keys() - {"command", "seed", "out"}):
            if getattr(args, name) != args.default(name):
                raise ValueError(f"--{name.replace('_', '-')} without a table; expected DATA.csv")
        return replay.run(args)
    if args.resume and args.overwrite:
        raise ValueError("--resume and --overwrite exclude each other; give one of them")
    data = read_csv(args.data, args.target, args.kind)
    train, test = data.split(args.test_fraction, rng=args.seed)
    model = _model(args, data)
    model.validate(len(train))
    out = _free_folder(args)
    print(f"{args.data}: {len(data)} examples, {data.X.shape[1]} feature{'s' * (data.X.shape[1] > 1)}; "
          + (f"classification into {listed(data.class_names)}" if data.class_names else "regression"), flush=True)
    model.checkpoint = out / "run.npz"
    X, y = train.X, labels(train)
    with quiet_convergence():
        model.fit(X, y)
    if model.l2_choice_:
        print(model.l2_choice_)
    result = model.result_
    if result.status == INTERRUPTED:
        raise KeyboardInterrupt(f"at iteration {result.nit}; --resume goes on from {model.checkpoint}")
    model.table_ = {"columns": train.columns.to_json(), "target": args.target, "kind": args.kind,
                    "test_fraction": args.test_fraction, "seed": args.seed}
    scores = {"train": model.score(X, y)} | ({"test": model.score(test.X, labels(test))} if len(test) else {})
    measure = "accuracy" if data.class_names else "R2"
    model.save(out / "model.npz")
    write_json(out / "report.json", _report(args, data, model, {measure: scores}))
    plotting.save(_picture(args, model, data, *((test, "test set") if len(test) else (train, "training set"))),
                  out / "training.png")
    model.checkpoint.unlink()
    print(f"network {'-'.join(map(str, model.net_.widths))}, {model.net_.n_params} parameters, {args.optimizer}: "
          f"{result.nit} iterations, {result.history['seconds'][-1]:.2f} s\n{result.message}\n"
          f"{measure}: " + ", ".join(f"{part} {score:.4f}" for part, score in scores.items()))
    print(model.certificate_ or "no certificate: the network is too large for a dense Hessian")
    print(f"wrote {out}/model.npz, report.json and training.png")


def _model(args, data):
    common = dict(hidden=widths(args.hidden), activation=args.activation, optimizer=optimizer(args.optimizer, args.lr),
                  l2=args.l2, max_iter=args.max_iter, gtol=args.gtol, batch_size=args.batch_size,
                  progress=on_terminal(), random_state=args.seed)
    return MLPClassifier(**common) if data.class_names else MLPRegressor(**common)


def _free_folder(args):
    """--out, with nothing in it that would be lost."""
    path = Path(args.out)
    finished, unfinished = path / "model.npz", path / "run.npz"
    if not (args.resume or args.overwrite):
        if finished.exists():
            raise ValueError(f"{finished} exists; expected another --out, or --overwrite")
        if unfinished.exists():
            raise ValueError(f"{unfinished} holds an interrupted run; expected --resume, --overwrite or another --out")
    if args.resume and finished.exists() and not unfinished.exists():
        raise ValueError(f"{finished} is finished; expected an interrupted run to resume, or --overwrite")
    out = folder(path)
    if args.overwrite:
        unfinished.unlink(missing_ok=True)
    return out


def _report(args, data, model, scores):
    settings = {name: value for name, value in vars(args).items() if name not in ("command", "default")}
    return {"settings": settings, "examples": len(data), "features": data.feature_names, "classes": data.class_names,
            "widths": model.net_.widths, "parameters": model.net_.n_params, **scores,
            **run_report(model.result_, model.certificate_)}


def _picture(args, model, data, part, which):
    c, title = model.certificate_, f"{plotting.literal(Path(args.data).name)}: "
    truth, guess = labels(part), model.predict(part.X)
    if data.class_names:
        number = {name: i for i, name in enumerate(data.class_names)}
        draw = lambda ax: plotting.confusion(part.y, [number[g] for g in guess], data.class_names, ax)
    else:
        draw = lambda ax: plotting.predicted(truth, guess, ax)
    return plotting.training(model.result_, c if c else (), draw, title + (c.kind if c else model.result_.message.partition(";")[0]), which)
