"""Train a network on a table, or replay the notebook.

With DATA.csv: train on your own table, of numbers, dates and text, with a header or none; classification or
regression is found from the target. Or with the name of a data set. Writes model.npz, report.json and training.png to
--out. Without: the notebook's clusters and network, its Newton step, which fails, and minnet's, which does not.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from os.path import lexists
from pathlib import Path

from .. import plotting
from ..datasets.tables import listed
from ..estimators import MLPClassifier, MLPRegressor
from ..network.activations import ACTIVATIONS
from ..optim.driver.stopping import Status
from ..report import write_json
from . import replay
from .common import (
    OPTIMIZERS,
    labels,
    on_terminal,
    optimizer,
    quiet_convergence,
    run_report,
    weight_decay,
    widths,
    workers_argument,
)
from .output import own_folder, save_picture
from .scores import evaluate, in_words
from .tables import DATASETS, is_data_set, read_data, table_arguments, table_options
from .training_picture import draw_training

SEED = 2  # at which the notebook's loss falls to 12 along a ray, as it does to some value for five seeds in six
WITHOUT_TABLE = {"command", "seed", "out", "overwrite"}
STATIONARY = ("strict minimum", "flat minimum")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "data",
        nargs="?",
        metavar="DATA.csv",
        help=f"a table, or a data set by name ({', '.join(DATASETS)}); none replays the notebook",
    )
    parser.add_argument("--target", help="the target's column, by name or number from 0 (default: the last)")
    parser.add_argument("--kind", choices=["classification", "regression"], help="default: found from the target")
    parser.add_argument(
        "--hidden", default="16", help="hidden widths such as 16,16, or '' for a linear model (default 16)"
    )
    parser.add_argument("--activation", default="tanh", help=f"one of {', '.join(ACTIVATIONS)} (default tanh)")
    parser.add_argument(
        "--optimizer",
        default="lbfgs",
        help=f"one of {', '.join(OPTIMIZERS)} (default lbfgs; newton is the most exact for small networks)",
    )
    parser.add_argument("--lr", type=float, help="learning rate of a first-order method")
    parser.add_argument(
        "--l2",
        type=weight_decay,
        default="auto",
        help="weight decay: a number, auto (by cross-validation; the default) or evidence",
    )
    parser.add_argument(
        "--class-weight", choices=["balanced"], help="balanced: rare classes weigh as much as frequent ones"
    )
    parser.add_argument(
        "--early-stopping",
        action="store_true",
        help="watch the loss on rows set apart, and keep the network where it is lowest",
    )
    parser.add_argument("--validation-fraction", type=float, help="of the training rows, to watch (default 0.1)")
    parser.add_argument("--test-fraction", type=float, default=0.2, help="kept for the test (default 0.2)")
    parser.add_argument("--max-iter", type=int, default=5000, help="default 5000")
    parser.add_argument("--gtol", type=float, default=1e-6, help="bound of the gradient test (default 1e-6)")
    parser.add_argument("--batch-size", type=int, help="examples a step (default: all)")
    workers_argument(parser)
    parser.add_argument("--out", default="minnet-out", help="folder for what is written (default minnet-out)")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run in --out, if there is one")
    parser.add_argument(
        "--overwrite", action="store_true", help="replace a model and other files that are already in --out"
    )
    table_arguments(parser)
    parser.set_defaults(default=parser.get_default)


def run(args: argparse.Namespace) -> None:
    if args.data is None:
        for name in sorted(vars(args).keys() - WITHOUT_TABLE):
            if getattr(args, name) != args.default(name):
                raise ValueError(f"--{name.replace('_', '-')} without a table; expected DATA.csv")
        replay.run(args)
        return
    _check_pairs(args)
    data = read_data(args.data, args.seed, args.target, args.kind, **table_options(args))
    train, test = data.split(args.test_fraction, rng=args.seed)
    model = _model(args, data)
    model.validate(len(train))
    with own_folder(args.out, ("report.json", "training.png"), "minnet train", args.overwrite, (args.data,)) as out:
        _check_runs(args, out)
        if not args.early_stopping:
            model.checkpoint = out / "run.npz"
        _train(args, data, train, test, model, out)


def _check_pairs(args):
    """ValueError for options that exclude each other, or mean nothing without another."""
    if args.resume and args.overwrite:
        raise ValueError("--resume and --overwrite exclude each other; give one of them")
    if args.resume and args.early_stopping:
        raise ValueError("--resume with --early-stopping, whose runs cannot be taken up; give one of them")
    if args.validation_fraction is not None and not args.early_stopping:
        raise ValueError(
            f"--validation-fraction {args.validation_fraction} without --early-stopping; expected both or none"
        )


def _train(args, data, train, test, model, out):
    print(
        f"{args.data}: {len(data)} examples, {data.X.shape[1]} feature{'s' * (data.X.shape[1] > 1)}; "
        + (f"classification into {listed(data.class_names)}" if data.class_names else "regression"),
        flush=True,
    )
    if not is_data_set(args.data):
        print(train.columns, flush=True)
    with quiet_convergence():
        model.fit(train.X, labels(train))
    if model.l2_choice_:
        print(model.l2_choice_)
    result = model.result_
    if result.status == Status.INTERRUPTED:
        raise KeyboardInterrupt(
            f"at iteration {result.nit}; "
            + (
                f"--resume goes on from {model.checkpoint}"
                if model.checkpoint
                else "nothing is kept with --early-stopping"
            )
        )
    model.table_ = {
        "columns": train.columns.to_json(),
        "target": args.target,
        "kind": args.kind,
        "test_fraction": args.test_fraction,
        "seed": args.seed,
        "options": table_options(args),
        "class_weight": args.class_weight,
    }
    scores = evaluate(model, train, test)
    model.save(out / "model.npz")
    write_json(out / "report.json", _report(args, train, data, model, scores))
    save_picture(draw_training(model, train, test, scores, _title(args, model)), out / "training.png")
    (out / "run.npz").unlink(missing_ok=True)
    print(
        f"network {'-'.join(map(str, model.net_.widths))}, {model.net_.n_params} parameters, {args.optimizer}: "
        f"{result.nit} iterations, {result.history['seconds'][-1]:.2f} s\n{_end(model)}\n{in_words(scores, data)}"
    )
    print(_kind_of_point(args, model))
    print(f"wrote {out}/model.npz, report.json and training.png")


def _model(args, data):
    stop = (
        dict(early_stopping=True, validation_fraction=_given(args.validation_fraction, 0.1))
        if args.early_stopping
        else {}
    )
    common = dict(
        hidden=widths(args.hidden),
        activation=args.activation,
        optimizer=optimizer(args.optimizer, args.lr),
        l2=args.l2,
        max_iter=args.max_iter,
        gtol=args.gtol,
        batch_size=args.batch_size,
        progress=on_terminal(),
        n_jobs=args.workers,
        random_state=args.seed,
        **stop,
    )
    if data.class_names:
        return MLPClassifier(**common, class_weight=args.class_weight)
    if args.class_weight:
        raise ValueError(f"--class-weight {args.class_weight} for a regression; expected a target of classes")
    return MLPRegressor(**common)


def _given(value, default):
    return default if value is None else value


def _check_runs(args, out):
    """ValueError where a model or an unfinished run in --out would be lost."""
    finished, unfinished = out / "model.npz", out / "run.npz"
    if not (args.resume or args.overwrite):
        if lexists(finished):
            raise ValueError(f"{finished} exists; expected another --out, or --overwrite")
        if lexists(unfinished):
            raise ValueError(f"{unfinished} holds an interrupted run; expected --resume, --overwrite or another --out")
    if args.resume and lexists(finished) and not lexists(unfinished):
        raise ValueError(f"{finished} is finished; expected an interrupted run to resume, or --overwrite")
    if args.overwrite:
        for path in (finished, unfinished):
            if path.is_dir():
                raise ValueError(f"{path} is a folder; expected another --out")
        unfinished.unlink(missing_ok=True)


def _end(model):
    """Why the training ended, in words."""
    if _is_stopped_early(model):
        return (
            f"stopped early: no lower loss on the rows set apart in {model.n_iter_no_change} iterations; "
            f"the network is that of iteration {model.validation_curve_.argmin()}"
        )
    return model.result_.message


def _is_stopped_early(model):
    return model.early_stopping and model.result_.status == Status.CALLBACK


def _kind_of_point(args, model):
    """What the certificate says, and what it does not."""
    c = model.certificate_
    if c is None:
        return (
            "no certificate: a run that is stopped early ends before a minimum"
            if args.early_stopping
            else "no certificate: the network is too large for a dense Hessian"
        )
    if c.kind not in STATIONARY:
        return str(c)
    return (
        f"{c}\n({c.kind}: said of the loss on the training rows; how good the network is on new ones, the test tells)"
    )


def _report(args, train, data, model, scores):
    settings = {name: value for name, value in vars(args).items() if name not in ("command", "default")}
    measure = "accuracy" if data.class_names else "R2"
    return {
        "product": "minnet train",
        "settings": settings,
        "examples": len(data),
        "features": train.feature_names,
        "classes": data.class_names,
        "columns": train.columns.to_dict(),
        "widths": model.net_.widths,
        "parameters": model.net_.n_params,
        measure: {part: getattr(score, measure) for part, score in scores.items()},
        "evaluation": {part: asdict(score) for part, score in scores.items()},
        **run_report(model.result_, model.certificate_),
    }


def _title(args, model):
    """The table, and the kind of point or why the training ended, in few words."""
    end = "stopped early" if _is_stopped_early(model) else model.result_.message.partition(";")[0]
    return f"{plotting.literal(Path(args.data).name)}: {model.certificate_.kind if model.certificate_ else end}"
