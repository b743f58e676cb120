"""What every consumer in Python is asked, about every file that it reads; prints the answers as one object of JSON."""

import json
import math
import sys
from functools import cache
from pathlib import Path

FOLDER = Path(sys.argv[1])
QUESTIONS = json.loads((FOLDER / "questions.json").read_text())
KEYS = list(QUESTIONS["answers"]["mean"])
FEATURE, ACROSS, CHOSEN = (QUESTIONS[name] for name in ("feature", "acrossFeature", "chosen"))


def paths_of(form):
    """The files of a form, by table; a store's traces are several."""
    store = FOLDER / f"store-{form}"
    single = {name: [str(FOLDER / f"{name}.{form}")] for name in ("wide", "long", "map", "across")}
    traces = [str(store / name) for name in QUESTIONS["files"][form]]
    return {**single, "traces": traces, "store map": [str(store / f"map.{form}")]}


def asked(work):
    try:
        return work()
    except Exception as error:  # what a consumer cannot do is told in the table, whatever it is
        return {"error": f"{type(error).__name__}: {error}"[:300]}


def answers(ask, form):
    paths = paths_of(form)
    load = cache(lambda name: ask.load(paths[name], form))
    about_traces = lambda traces, points: {
        "mean": asked(lambda: ask.mean(load(traces))),
        "filter": asked(lambda: ask.filter(load(traces))),
        "join": asked(lambda: ask.join(load(traces), load(points))),
    }
    about_points = lambda points: {"best": asked(lambda: ask.best(load(points))), "failed": asked(lambda: ask.failed(load(points)))}
    store = {} if hasattr(ask, "no_store") else {"store": {**about_traces("traces", "store map"), **about_points("store map")}}
    return {
        "wide": {"mean": asked(lambda: ask.wide(load("wide")))},
        "long": about_traces("long", "map"),
        "map": about_points("map"),
        "across": {"across": asked(lambda: ask.across(load("across")))},
        **store,
    }


def run(version, forms):
    """`forms`: form of files -> what answers about them."""
    found = {form: answers(ask, form) for form, ask in forms.items()}
    print(json.dumps({"version": version, "answers": found}))


class Columns:
    """Answers by columns as lists, of readers that compute nothing. `read`: path, form -> {name: values}."""

    def __init__(self, read):
        self.read = read

    def load(self, paths, form):
        parts = [self.read(path, form) for path in paths]
        return {name: [value for part in parts for value in part[name]] for name in parts[0]}

    def wide(self, table):
        return {key: mean_of(table[f"V/{key}"]) for key in KEYS}

    def mean(self, table):
        groups = {}
        for key, value in zip(table["key"], table["V"], strict=True):
            groups.setdefault(key, []).append(value)
        return {key: mean_of(groups[key]) for key in KEYS}

    def best(self, table):
        value, key = max((value, key) for key, value in zip(table["key"], table[FEATURE], strict=True) if value is not None and value == value)
        return {"key": key, "value": value}

    def across(self, table):
        rows = zip(table[ACROSS], table["C"], table["tau"], strict=True)
        value, c, tau = max(row for row in rows if row[0] is not None and row[0] == row[0])
        return {"C": c, "tau": tau, "value": value}

    def join(self, table, points):
        status = dict(zip(points["key"], points["status"], strict=True))
        kept = [value for key, value in zip(table["key"], table["V"], strict=True) if status[key] == "ok"]
        return {"rows": len(kept), "mean": mean_of(kept)}

    def filter(self, table):
        kept = [value for c, value in zip(table["C"], table["V"], strict=True) if c == CHOSEN]
        return {"rows": len(kept), "mean": mean_of(kept)}

    def failed(self, table):
        return [key for key, status in zip(table["key"], table["status"], strict=True) if status != "ok"]


def mean_of(values):
    return math.fsum(values) / len(values)


class Sql:
    """Answers by SQL. `query`: text, {name: table} -> rows as lists; `load`: paths, form -> table."""

    def __init__(self, load, query, quote='"'):
        self.load, self.query, self.quote = load, query, quote

    def name(self, column):
        return f"{self.quote}{column}{self.quote}"

    def wide(self, table):
        means = ", ".join(f"avg({self.name(f'V/{key}')})" for key in KEYS)
        return dict(zip(KEYS, self.query(f"SELECT {means} FROM wide", {"wide": table})[0], strict=True))

    def mean(self, table):
        rows = self.query(f"SELECT {self.name('key')}, avg({self.name('V')}) FROM traces GROUP BY {self.name('key')}", {"traces": table})
        return {key: value for key, value in rows if key in KEYS}

    def top(self, columns, feature, table):
        value = self.name(feature)
        names = ", ".join(self.name(column) for column in columns)
        return self.query(f"SELECT {names}, {value} FROM points ORDER BY {value} DESC NULLS LAST LIMIT 1", {"points": table})[0]

    def best(self, table):
        return dict(zip(("key", "value"), self.top(["key"], FEATURE, table), strict=True))

    def across(self, table):
        return dict(zip(("C", "tau", "value"), self.top(["C", "tau"], ACROSS, table), strict=True))

    def counted(self, text, tables):
        return dict(zip(("rows", "mean"), self.query(text, tables)[0], strict=True))

    def join(self, table, points):
        key, v, status = (self.name(name) for name in ("key", "V", "status"))
        text = f"SELECT count(*), avg(traces.{v}) FROM traces JOIN points ON traces.{key} = points.{key} WHERE points.{status} = 'ok'"
        return self.counted(text, {"traces": table, "points": points})

    def filter(self, table):
        return self.counted(f"SELECT count(*), avg({self.name('V')}) FROM traces WHERE {self.name('C')} = {CHOSEN}", {"traces": table})

    def failed(self, table):
        key = self.name("key")
        rows = self.query(f"SELECT {key} FROM points WHERE {self.name('status')} <> 'ok' ORDER BY {key}", {"points": table})
        return [key for (key,) in rows]


class Pandas:
    """Answers by a frame of pandas, or what has its methods."""

    def __init__(self, load):
        self.load = load

    def wide(self, frame):
        return {key: float(frame[f"V/{key}"].mean()) for key in KEYS}

    def mean(self, frame):
        means = frame.groupby("key", observed=True)["V"].mean()
        return {key: float(means[key]) for key in KEYS}

    def best(self, frame):
        row = frame.loc[frame[FEATURE].idxmax()]
        return {"key": row["key"], "value": float(row[FEATURE])}

    def across(self, frame):
        row = frame.loc[frame[ACROSS].idxmax()]
        return {"C": float(row["C"]), "tau": float(row["tau"]), "value": float(row[ACROSS])}

    def join(self, frame, points):
        kept = frame.merge(points[["key", "status"]], on="key")
        kept = kept[kept["status"] == "ok"]
        return {"rows": len(kept), "mean": float(kept["V"].mean())}

    def filter(self, frame):
        kept = frame[frame["C"] == CHOSEN]
        return {"rows": len(kept), "mean": float(kept["V"].mean())}

    def failed(self, frame):
        return [str(key) for key in frame[frame["status"] != "ok"]["key"]]
