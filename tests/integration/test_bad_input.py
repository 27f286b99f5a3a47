"""Bad input of every kind, at the command line and at the api: one clear line, exit status 2 or ValueError, before any
work is done, and no file made, lost or changed."""
import shlex
import shutil

import numpy as np
import pytest
from commands import contents, minnet, small_table
from laws import refuses

from minnet import (
    MLP,
    Activation,
    Function,
    MLPClassifier,
    MLPRegressor,
    Objective,
    check,
    curvature,
    datasets,
    load,
    minimize,
    optim,
    problems,
)
from minnet.optim.driver.checkpoint import write_npz

TABLES = {
    "empty.csv": "", "blank.csv": "\n \n", "header.csv": "a,kind\n", "single.csv": "a\n1\n2\n",
    "one_class.csv": "a,kind\n1,x\n2,x\n3,x\n", "ragged.csv": "a,b,kind\n1,2,x\n4,y\n",
    "inf.csv": "a,kind\n1,x\n-inf,y\n3,x\n", "hollow.csv": "a,kind\n,x\nNA,y\n",
    "huge.csv": "a,kind\n1,x\n1e999,y\n", "twice.csv": "a,a,kind\n1,2,x\n3,4,y\n",
    "typo.csv": "a,y\n" + "".join(f"{i},{i / 2}\n" for i in range(20)) + "oops,1\n", "quote.csv": 'a,kind\n"1,x\n2,y\n',
    "names.csv": "name,y\n" + "".join(f"person {i},{i}\n" for i in range(150)), "two.csv": "a,kind\n1,x\n2,y\n",
    "lacking.csv": "a,colour\n1,red\n", "narrow.csv": "1,2\n3,4\n",
}
HEADER = {"version": 1, "kind": "MLPClassifier", "widths": [4, 1, 2], "activations": ["tanh"], "loss": {}, "l2": 0.0,
          "table": None}


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """A folder of tables and models: good.csv and model/ are sound, the rest is not."""
    folder = tmp_path_factory.mktemp("stock")
    for name, content in TABLES.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    small_table(folder / "good.csv")
    assert minnet("train", folder / "good.csv", "--hidden", "2", "--out", folder / "model") == 0
    whole = (folder / "model" / "model.npz").read_bytes()
    (folder / "truncated.npz").write_bytes(whole[:len(whole) // 2])
    (folder / "flipped.npz").write_bytes(whole[:900] + bytes([whole[900] ^ 1]) + whole[901:])
    (folder / "text.npz").write_text("no archive")
    np.savez(folder / "random.npz", a=np.ones(3))
    np.savez(folder / "pickled.npz", meta=np.array({"version": 1}, dtype=object))
    with open(folder / "array.npz", "wb") as file:
        np.save(file, np.ones(3))
    write_npz(folder / "future.npz", HEADER | {"version": 99}, {})
    np.savez(folder / "list.npz", meta=np.array("[1]"))
    write_npz(folder / "short.npz", HEADER, {"theta_": np.ones(3), "mean_": np.ones(4), "scale_": np.ones(4),
                                             "classes_": np.arange(2)})
    data = datasets.iris()
    MLPClassifier(hidden=(2,), l2=1e-3, max_iter=0, random_state=0).fit(data.X, data.y).save(folder / "no_table.npz")
    for name, content in {"stopped": None, "garbage": b"no archive", "exchanged": whole}.items():
        (folder / name).mkdir()
        if content is None:
            checkpoint = folder / name / "run.npz"
            MLPClassifier(hidden=(2,), l2=1e-3, max_iter=0, random_state=0, checkpoint=checkpoint).fit(data.X, data.y)
        else:
            (folder / name / "run.npz").write_bytes(content)
    return folder


@pytest.fixture
def place(stock, tmp_path, monkeypatch):
    shutil.copytree(stock, tmp_path / "place")
    monkeypatch.chdir(tmp_path / "place")


TRAIN = "train good.csv --out new "
COMMANDS = [  # words, and what the line says
    ("", "required: COMMAND"), ("teach", "'teach'"), (TRAIN + "--speed 3", "--speed"), (TRAIN + "more", "more"),
    ("train nothing.csv", "nothing.csv: no such file"), ("train model", "model: is a directory"),
    ("train empty.csv", "empty.csv: the file is empty"), ("train blank.csv", "empty"),
    ("train header.csv", "only a header"), ("train single.csv", "a single column"),
    ("train one_class.csv", "'x' alone; expected two classes"),
    ("train ragged.csv", "line 3: found 2 cells; expected 3"),
    ("train inf.csv", "'-inf'; expected a finite number"),
    ("train hollow.csv", "no column is left for a feature: 'a: no values'"),
    ("train huge.csv", "'1e999'; expected a finite number"),
    ("train model/training.png", "is not UTF-8"),
    ("train twice.csv", "columns 1 and 2 are both called 'a'"), ("train typo.csv", "line 22, column 'a': found 'oops'"),
    ("train quote.csv", "line 2: "),
    ("train names.csv", "no column is left for a feature: 'name: identifier: 150 different"),
    ("train two.csv", "leaves no test example"), (TRAIN + "--target size", "no column 'size'"),
    (TRAIN + "--target 9", "no column '9'"), (TRAIN + "--target ''", "no column ''"),
    (TRAIN + "--kind sorting", "'sorting'"), (TRAIN + "--kind regression", "found 'no'; expected a number"),
    (TRAIN + "--hidden 0", "--hidden 0: expected whole numbers"), (TRAIN + "--hidden -3", "--hidden -3: expected"),
    (TRAIN + "--hidden a", "--hidden a: expected"), (TRAIN + "--hidden 4,,4", "--hidden 4,,4"),
    (TRAIN + "--hidden 1.5", "--hidden 1.5"), (TRAIN + "--hidden 999999999999", "memory"),
    (TRAIN + "--activation cube", "'cube'; expected"),
    (TRAIN + "--optimizer magic", "no method is called 'magic'; expected one of"),
    (TRAIN + "--workers 0", "n_jobs=0; expected a whole number"),
    (TRAIN + "--optimizer method", "no method is called 'method'"),
    (TRAIN + "--optimizer newton --lr 0.1", "newton has no learning rate"),
    (TRAIN + "--optimizer adam --lr -1", "lr=-1.0; expected a number above 0"),
    (TRAIN + "--optimizer adam --lr nan", "lr=nan"), (TRAIN + "--optimizer adam --lr fast", "'fast'"),
    (TRAIN + "--l2 -1", "l2=-1.0; expected a number of at least 0"), (TRAIN + "--l2 nan", "l2=nan"),
    (TRAIN + "--l2 inf", "l2=inf"), (TRAIN + "--test-fraction 1.5", "test_fraction=1.5; expected a number in [0, 1)"),
    (TRAIN + "--test-fraction nan", "test_fraction=nan"), (TRAIN + "--test-fraction 0.001", "leaves no test example"),
    (TRAIN + "--max-iter -1", "max_iter=-1; expected a whole number"), (TRAIN + "--max-iter 2.5", "'2.5'"),
    (TRAIN + "--gtol nan", "gtol=nan; expected"), (TRAIN + "--gtol -1", "gtol=-1.0"),
    (TRAIN + "--batch-size 0", "batch_size=0; expected 1 to 19"),
    (TRAIN + "--batch-size 20", "batch_size=20; expected 1 to 19"),
    (TRAIN + "--seed -1", "--seed -1; expected a whole number"), (TRAIN + "--seed x", "'x'"),
    (TRAIN + "--class-weight heavy", "'heavy'"), (TRAIN + "--validation-fraction 0.2", "without --early-stopping"),
    (TRAIN + "--early-stopping --validation-fraction 2", "validation_fraction=2.0"),
    (TRAIN + "--out ''", "--out is empty"),
    ("predict model/model.npz good.csv --overwrite", "--overwrite without --out"),
    (TRAIN + "--resume --overwrite", "exclude each other"),
    ("train good.csv --out model", "model.npz exists; expected another --out, or --overwrite"),
    ("train good.csv --out model --resume", "model.npz is finished"),
    ("train good.csv --out stopped", "an interrupted run"), ("train good.csv --out stopped --resume", "another theta0"),
    ("train good.csv --out garbage --resume", "no checkpoint"),
    ("train good.csv --out exchanged --resume", "no checkpoint"),
    ("train good.csv --out good.csv", "expected a folder"), ("train good.csv --out good.csv/new", "expected a folder"),
    ("train good.csv --out /proc", "expected a folder that can be written"),
    ("train --optimizer adam", "--optimizer without a table"), ("train --resume", "--resume without a table"),
    ("train --out model", "holds a trained model"), ("train --seed 4294967296", "expected at most 4294967295"),
    ("predict model/model.npz", "required: DATA.csv"), ("predict nothing.npz good.csv", "nothing.npz: No such file"),
    ("predict model good.csv", "Is a directory"), ("predict good.csv good.csv", "no model of minnet"),
    *((f"predict {name}.npz good.csv", f"{name}.npz is no model of minnet, or is damaged")
      for name in ("truncated", "flipped", "text", "random", "pickled", "array", "list", "short", "stopped/run")),
    ("predict future.npz good.csv", "version 99; expected 1"),
    ("predict no_table.npz good.csv", "does not know its columns"),
    ("predict model/model.npz nothing.csv", "no such file"), ("predict model/model.npz lacking.csv", "no column 'b'"),
    ("predict model/model.npz narrow.csv", "found 2 columns and no header; expected 3"),
    ("predict model/model.npz good.csv --out good.csv", "good.csv would be replaced by what is made from it"),
    ("predict model/model.npz good.csv --out no/where.csv", "--out no/where.csv: no such folder"),
    ("check --activation cube", "--activation cube: unknown; expected one of tanh"),
    ("check --loss money", "--loss money"), ("check --how guess", "'guess'"), ("check --hidden 0", "--hidden 0"),
    ("check --seed -1", "--seed -1"), ("spectrum model/model.npz", "without a table"),
    ("spectrum text.npz good.csv", "no model of minnet"),
    ("spectrum model/model.npz two.csv",
     "features 'a'; expected those that model/model.npz was trained on, 'a', 'b', 'colour'"),
    ("play nowhere", "surface 'nowhere'; expected one of Beale"), ("play good.csv:f", "expected one of Beale"),
    ("play nothing.py:f", "there is no file nothing.py"), ("play --lr fast", "lr 'fast'; expected a number"),
    ("play --methods magic", "method 'magic'; expected one of"), ("play --start 1", "start '1'; expected two numbers"),
    ("play --kappa 0.5", "kappa 0.5; expected a number from 1 to 1000"), ("play", "matplotlib's agg opens no window"),
    ("play --network cats", "data 'cats'; expected one of notebook"),
    ("play Beale --network xor", "surface: unknown; expected one of data, hidden"),
    ("spectrum --out good.csv", "expected a folder"), ("spectrum --seed 4294967296", "expected at most 4294967295"),
]


@pytest.mark.parametrize("words, says", COMMANDS)
def test_command_line_refuses(place, capsys, words, says):
    before = contents()
    assert minnet(*shlex.split(words)) == 2
    out, err = capsys.readouterr()
    assert err.startswith("minnet") and "error: " in err and err.count("\n") == 1 and says in err
    assert "iterations" not in out and "wrote" not in out
    assert contents() == before


rng = np.random.default_rng(0)
X, y, real = rng.normal(size=(20, 2)), np.arange(20) % 2, rng.normal(size=20)
net, wide = MLP([2, 3, 1]), MLP([2, 3, 2])
theta, nan = net.init(rng=0), float("nan")
f = Objective(net, X, y, "binary_crossentropy")
plain = Function(lambda x: x @ x, lambda x: 2 * x)


def objective(net=net, X=X, y=y, loss="squared_error", **options):
    return Objective(net, X, y, loss, **options)


def minimized(f=f, theta=theta, method=optim.Adam(), **options):
    return minimize(f, theta, method, **options)


def classifier(X=X, y=y, **options):
    return MLPClassifier(**{"l2": 1e-3} | options).fit(X, y)


def regressor(X=X, y=real, **options):
    return MLPRegressor(**options).fit(X, y)


CALLS = [  # a call, and what its ValueError says
    (lambda: MLP([2]), "widths [2]; expected two or more"), (lambda: MLP([2, 0, 1]), "[2, 0, 1]"),
    (lambda: MLP([2, 1.5, 1]), "[2, 1.5, 1]"), (lambda: MLP([2, 3, 1], "cube"), "'cube'; expected"),
    (lambda: MLP([2, 3, 1], ["tanh", "relu"]), "2 activations for 1 hidden layers"),
    (lambda: Activation(1, 2, 3), "f=1 is not callable"), (lambda: net.init("large"), "'large'; expected one of"),
    (lambda: net.unpack(np.ones(4)), "(4,); expected (13,)"), (lambda: net.pack([]), "expected [((3, 2), (3,))"),
    (lambda: net.outputs(theta, X.T), "(2, 20); expected (N, 2)"),
    (lambda: net.outputs(theta[1:], X), "(12,); expected (13,)"),
    (lambda: objective("net"), "net='net'; expected a minnet.MLP"),
    (lambda: objective(X=X.T), "(2, 20); expected (N, 2)"),
    (lambda: objective(X=X[:0], y=y[:0]), "(0, 2); expected (N, 2) with N of at least 1"),
    (lambda: objective(X=X * nan), "X[0, 0] is nan; expected finite"),
    (lambda: objective(X=X.astype(str)), "expected numbers"),
    (lambda: objective(X=X * 1j), "complex128; expected numbers"),
    (lambda: objective(y=y[1:]), "(20, 2) and y (19, 1)"), (lambda: objective(y=y * nan), "nan"),
    (lambda: objective(y=np.ones((20, 2))), "(20, 2); expected (N, 1)"),
    (lambda: objective(y=3 * y, loss="binary_crossentropy"), "from 0 to 3; expected 0 to 1"),
    (lambda: objective(wide, y=y + 1, loss="softmax_crossentropy"), "hold 2; expected class numbers 0 to 1"),
    (lambda: objective(wide, y=y + 0.5, loss="softmax_crossentropy"), "hold 0.5; expected class numbers"),
    (lambda: objective(wide, y=np.ones((20, 2)), loss="softmax_crossentropy"), "sums to 2; expected probabilities"),
    (lambda: objective(y=y - 1, loss="poisson"), "from -1 to 0; expected 0 to inf"),
    (lambda: objective(loss="binary_crossentropy", label_smoothing=1), "label_smoothing=1; expected 0 to below 1"),
    (lambda: objective(loss="huber", delta=0), "delta=0; expected"),
    (lambda: objective(loss="money"), "'money'; expected"),
    (lambda: objective(reduction="max"), "'max'; expected 'mean' or 'sum'"),
    (lambda: objective(chunk=0), "chunk=0; expected"), (lambda: objective(chunk=2.5), "chunk=2.5"),
    (lambda: objective(l2=-1), "l2=-1; expected"), (lambda: objective(l2=nan), "l2=nan"),
    (lambda: f(theta[1:]), "(12,); expected (13,)"),
    (lambda: f.hvp(theta, theta[1:]), "v has shape (12,); expected (13,)"),
    (lambda: f.hvp(theta, np.ones((2, 13))), "(2, 13); expected (13,) or (13, k)"),
    (lambda: f.ggnvp(theta, np.ones((13, 1, 1))), "(13, 1, 1)"), (lambda: f.subset([]), "no examples"),
    (lambda: minimized(theta=theta[1:]), "theta0 has shape (12,); expected (13,)"),
    (lambda: minimized(theta="abc"), "theta0"),
    (lambda: minimized(theta=theta * nan), "theta0 holds nan; expected finite"),
    (lambda: minimized(theta=theta * 1j), "complex"),
    (lambda: minimized(method=optim.Newton), "Newton'>; expected a method"),
    (lambda: minimized(method="newton"), "'newton'"), (lambda: minimized(max_iter=-1), "max_iter=-1; expected"),
    (lambda: minimized(max_iter=2.5), "max_iter=2.5"), (lambda: minimized(gtol=nan), "gtol=nan; expected"),
    (lambda: minimized(ftol=-1), "ftol=-1"), (lambda: minimized(max_seconds=-1), "max_seconds=-1"),
    (lambda: minimized(callback=3), "callback=3; expected a function"),
    (lambda: minimized(record="x"), "record='x'; expected a tuple"),
    (lambda: minimized(record=("weather",)), "weather"),
    (lambda: minimized(batch_size=0), "batch_size=0; expected 1 to 20"),
    (lambda: minimized(batch_size=21), "batch_size=21"),
    (lambda: minimized(problems.beale(), [1.0, 1.0], batch_size=2), "batch_size=2", "no examples"),
    (lambda: minimized(Function(lambda x: x @ x)), "Adam needs the gradient"),
    (lambda: minimized(plain, method=optim.Newton()), "Newton needs the hessian"),
    (lambda: minimized(checkpoint="no/where.npz", max_iter=0), "no/where.npz"),
    (lambda: optim.Adam(lr=0), "lr=0; expected a number above 0"), (lambda: optim.Adam(beta1=1), "beta1=1; expected"),
    (lambda: optim.Adam(bias_correction="no"), "'no'"), (lambda: optim.Newton(radius=0), "radius=0"),
    (lambda: optim.LBFGS(memory=0), "memory=0; expected a whole number"),
    (lambda: Function(3), "value=3 is not callable"), (lambda: Function(np.sum, n=3)([1.0]), "(1,); expected (3,)"),
    (lambda: curvature.certificate(f, theta[1:]), "(12,); expected (13,)"),
    (lambda: check.gradient(f, theta, how="guess"), "'guess'; expected one of"),
    (lambda: check.activation("cube"), "'cube'"), (lambda: check.hvp(f, theta, theta[1:]), "(12,); expected (13,)"),
    (lambda: classifier(X=X[0]), "Expected 2D array", "(2,)"), (lambda: classifier(X=X * nan), "X[0, 0] is nan"),
    (lambda: classifier(X=X.astype(str)), "expected numbers"), (lambda: classifier(X[:0], y[:0]), "(0, 2)"),
    (lambda: classifier(y=y[1:]), "20 examples", "(19,)"),
    (lambda: classifier(y=0 * y), "one class only, 0; expected at least two"),
    (lambda: classifier(y=y * nan), "y contains NaN"),
    (lambda: classifier(y=[None] * 20), "dtype object; expected labels"),
    (lambda: classifier(optimizer="newtown"), "'newtown'; expected one of"),
    (lambda: classifier(l2="much"), "l2='much'; expected"),
    (lambda: classifier(optimizer=optim.Newton), "expected a method"),
    (lambda: classifier(hidden=0), "hidden=0; expected"), (lambda: classifier(hidden=(3, -1)), "hidden=(3, -1)"),
    (lambda: classifier(hidden="16"), "hidden='16'; expected"), (lambda: classifier(activation="cube"), "'cube'"),
    (lambda: classifier(init="large"), "'large'"), (lambda: classifier(l2=-1), "l2=-1"),
    (lambda: classifier(max_iter=-1), "max_iter=-1"), (lambda: classifier(gtol=nan), "gtol=nan"),
    (lambda: classifier(batch_size=21), "batch_size=21; expected 1 to 20"),
    (lambda: classifier(batch_size="all"), "'all'"), (lambda: classifier(label_smoothing=1), "label_smoothing=1"),
    (lambda: classifier(random_state=-1), "random_state=-1; expected a seed"),
    (lambda: MLPClassifier().set_params(hiden=3), "'hiden'", "expected one of hidden"),
    (lambda: MLPClassifier().predict(X), "not fitted"), (lambda: MLPClassifier().save("model.npz"), "not fitted"),
    (lambda: classifier(max_iter=0).predict(X[:, :1]), "1 features", "expecting 2 features"),
    (lambda: classifier(max_iter=0).score(X, y[1:]), "20 examples", "(19,)"),
    (lambda: classifier(max_iter=0).objective(X, y + 5), "y holds 5; expected one of 0, 1"),
    (lambda: classifier(max_iter=0).save("no/where.npz"), "cannot write no/where.npz"),
    (lambda: classifier(max_iter=0, activation=Activation(np.sin, np.cos, np.sin)).save("model.npz"), "your own"),
    (lambda: regressor(y=real[1:]), "20 examples", "(19,)"), (lambda: regressor(y=real * nan), "contains NaN"),
    (lambda: regressor(y=["a"] * 20), "expected numbers"), (lambda: regressor(y=np.ones((20, 2, 2))), "(20, 2, 2)"),
    (lambda: regressor(loss="money"), "loss='money'; expected"),
    (lambda: regressor(y=y - 1, loss="poisson"), "from -1 to 0"),
    (lambda: regressor(max_iter=0).score(X, np.ones((20, 2))), "(20, 2); expected (20,)"),
    (lambda: classifier(max_iter=0).save(3), "found 3 for a file; expected its path"),
    (lambda: classifier(max_iter=0).save("a\0b"), "found 'a\\x00b' for a file"),
    (lambda: load(0), "found 0 for a file"), (lambda: load(None), "found None for a file"),
    (lambda: load(b"model.npz"), "for a file; expected its path"),
    (lambda: classifier(standardize="no"), "standardize='no'; expected True or False"),
    (lambda: classifier(early_stopping="no"), "early_stopping='no'"),
    (lambda: classifier(warm_start=3), "warm_start=3"),
    (lambda: classifier(certify=None), "certify=None"), (lambda: classifier(progress=1), "progress=1"),
    (lambda: classifier(class_weight={0: "x"}), "class_weight={0: 'x'}"), (lambda: classifier(l2=1j), "l2=1j"),
    (lambda: classifier(class_weight={0: -1}), "below 0"), (lambda: classifier(class_weight="heavy"), "'heavy'"),
    (lambda: load("nothing.npz"), "cannot read model nothing.npz"),
    (lambda: datasets.iris().split(1.5), "test_fraction=1.5"),
    (lambda: datasets.read_csv("nothing.csv"), "nothing.csv: no such file"),
    (lambda: datasets.Dataset(X, y[1:], ("a", "b")), "(20, 2) and y (19,)"),
    (lambda: problems.beale()([1.0]), "(1,); expected (2,)"),
]


@pytest.mark.parametrize("call, says", [(call, says) for call, *says in CALLS], ids=[row[1] for row in CALLS])
def test_api_refuses(tmp_path, monkeypatch, call, says):
    monkeypatch.chdir(tmp_path)
    with refuses(*says):
        call()
    assert contents() == {}


@pytest.mark.filterwarnings("ignore:training ended before")
@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("bad", [dict(y=np.full(20, nan)), dict(y=y[1:]), dict(X=X * nan), dict(l2=-1), dict(hidden=0)])
def test_a_refused_fit_leaves_the_model_as_it_was(kind, bad):
    model = kind(max_iter=5, l2=1e-3, random_state=0).fit(X, y)
    before = model.predict(X), model.score(X, y)
    data = {"X": 3 * X[:, :1], "y": y + 5} | {name: bad[name] for name in "Xy" if name in bad}
    with pytest.raises(ValueError):
        model.set_params(**{name: bad[name] for name in bad if name not in "Xy"}).fit(**data)
    assert np.array_equal(model.predict(X), before[0]) and model.score(X, y) == before[1]
