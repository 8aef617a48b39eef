"""The tables of `kindred effects`, computed again from the group `effects` of a file with NumPy and SciPy.

`expected_json(tables)` and `expected_csv(tables)` are what `--json` and `--csv` have to say for `Tables(stored)`, where
`stored` maps a dataset of the group to its array, texts as lists; `differences` compares.
"""

import functools
import math

import numpy as np
from scipy import special, stats

TOLERANCE = 1e-9
NOTHING = (math.nan,) * 4 + (0,)
CSV_COLUMNS = ("estimand", "arm", "against", "outcome", "unit", "cell", "weeks_after", "value", "standard_error", "low",
               "high", "societies", "between_societies_sd", "within_society_sd", "hedges_g", "hedges_g_cell", "trial_low", "trial_high", "points",
               "scale", "persons", "individual_sd", "share_up", "share_down")


def mean(values):
    known = values[values == values]
    return float(known.sum()) / len(known) if len(known) else math.nan


def per_society(stored, values):
    """The values of each society that has any."""
    groups = {}
    for s, value in zip(stored["society"].tolist(), values.tolist()):
        if value == value:
            groups.setdefault(s, []).append(value)
    return [np.array(g) for g in groups.values()]


@functools.cache
def quantile(degrees):
    """97.5 % of Student's t; of the normal distribution for infinitely many degrees."""
    return float(stats.t.ppf(0.975, degrees))


def t_interval(centre, error, n):
    reach = error * quantile(n - 1) if error else 0.0
    return centre, error, centre - reach, centre + reach, n


def interval(stored, values):
    """Mean over societies of means over noise: (mean, standard error, low, high, societies)."""
    means = [float(g.mean()) for g in per_society(stored, values)]
    if not means:
        return NOTHING
    if len(means) == 1:
        return means[0], math.nan, math.nan, math.nan, 1
    return t_interval(float(np.mean(means)), float(np.std(means, ddof=1)) / math.sqrt(len(means)), len(means))


def spread(stored, values):
    """Variance components of the nested design: SD between societies, SD within one."""
    groups = per_society(stored, values)
    freedom = sum(g.size - 1 for g in groups)
    if freedom == 0:
        return math.nan, math.nan
    within = sum(float(((g - g.mean()) ** 2).sum()) for g in groups) / freedom
    if len(groups) < 2:
        return math.nan, math.sqrt(within)
    noise = within * sum(1 / g.size for g in groups) / len(groups)
    return math.sqrt(max(0.0, np.var([g.mean() for g in groups], ddof=1) - noise)), math.sqrt(within)


def ratio(stored, above, below):
    """Ratio of means by the textbook delta method: variance (v_a - 2 R c_ab + R^2 v_b) / (n b^2)."""
    both = ~(np.isnan(above) | np.isnan(below))
    a, b = (np.array([g.mean() for g in per_society(stored, np.where(both, x, np.nan))]) for x in (above, below))
    n = len(a)
    if n == 0 or b.mean() == 0:
        return NOTHING[:4] + (n,)
    r = a.mean() / b.mean()
    if n == 1:
        return float(r), math.nan, math.nan, math.nan, 1
    c = np.cov(a, b)
    variance = (c[0, 0] - 2 * r * c[0, 1] + r * r * c[1, 1]) / n / b.mean() ** 2
    return t_interval(float(r), math.sqrt(max(0.0, variance)), n)


def hedges(difference, sd, n):
    """g of two groups of n on a common SD, with the large-sample interval: (g, low, high)."""
    if not n >= 2:
        return (math.nan,) * 3
    df = 2 * n - 2
    correction = math.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / math.sqrt(df / 2)
    g = correction * difference / sd if sd else math.nan
    reach = quantile(math.inf) * math.sqrt(2 / n + g * g / (4 * n))
    return g, g - reach, g + reach


def told_from_zero(i):
    return i[2] > 0 or i[3] < 0


class Tables:
    """Rows of every table, in the order in which they are printed."""

    def __init__(self, stored):
        self.stored = stored
        self.arms = [a for a, other in enumerate(stored["against"]) if other >= 0]
        self.weeks = [int(w) for w in stored["time"]]
        self.outcomes = [o for o, kind in enumerate(stored["outcome_kind"]) if kind == "outcome"]
        self.cell = {name: c for c, name in enumerate(stored["cell"])}

    def begun(self, arm, outcome):
        names = self.stored["arm"]
        return {"arm": names[arm], "against": names[self.stored["against"][arm]],
                "outcome": self.stored["outcome"][outcome], "unit": self.stored["outcome_unit"][outcome]}

    def at(self, name, *place):
        """Values by replicate; place is (week, arm, outcome, ...)."""
        week, arm, *rest = place
        return np.asarray(self.stored[name][(week, arm, slice(None), *rest)], dtype=float)

    def interval(self, values):
        return interval(self.stored, values)

    @functools.cached_property
    def effects(self):
        return list(self.effect_rows())

    def effect_rows(self):
        for a in self.arms:
            for o in range(len(self.stored["outcome"])):
                sd = mean(self.stored["baseline_sd"][a, :, o])
                for c, cell in enumerate(self.stored["cell"]):
                    for w, week in enumerate(self.weeks):
                        values = self.at("effect", w, a, o, c)
                        i, parts = self.interval(values), spread(self.stored, values)
                        persons = mean(self.at("persons", w, a, o, c))
                        g = hedges(i[0], sd, persons)[0]
                        of_cell, low, high = hedges(i[0], mean(self.stored["cell_sd"][a, :, o, c]), persons)
                        yield {**self.begun(a, o), "cell": cell, "weeks_after": week, "effect": i[0],
                               "standard_error": i[1], "low": i[2], "high": i[3], "societies": i[4], "between_societies_sd": parts[0],
                               "within_society_sd": parts[1], "hedges_g": g, "hedges_g_cell": of_cell, "trial_low": low, "trial_high": high,
                               "points": i[0] * self.stored["points_per_unit"][o],
                               "scale": self.stored["outcome_scale"][o], "persons": persons,
                               "individual_sd": mean(self.at("individual_sd", w, a, o, c)),
                               "share_up": mean(self.at("share_up", w, a, o, c)),
                               "share_down": mean(self.at("share_down", w, a, o, c))}

    def course(self):
        last = len(self.weeks) - 1
        for a in self.arms:
            for o in self.outcomes:
                values = [self.at("effect", w, a, o, self.cell["treated"]) for w in range(last + 1)]
                path = [self.interval(v) for v in values]
                size = np.abs(np.nan_to_num([i[0] for i in path]))
                top = int(size.argmax())
                onset = min(w for w in range(last + 1)
                            if size[w] >= size[top] / 2 and (path[w][0] > 0) == (path[top][0] > 0))
                left = ratio(self.stored, values[last], values[top]) if told_from_zero(path[top]) else NOTHING
                yield {**self.begun(a, o), "onset_week": self.weeks[onset], "peak_week": self.weeks[top],
                       "peak": path[top], "last_week": self.weeks[last], "retained": left}

    def saturation(self):
        for a in self.arms:
            persons = {c: mean(self.at("persons", 0, a, 0, self.cell[c])) for c in ("eligible, treated", "eligible")}
            share = persons["eligible, treated"] / persons["eligible"]
            if not (share < 1 and self.stored["decided_by_one_chance"][a]):
                continue
            for o in self.outcomes:
                for w, week in enumerate(self.weeks):
                    total, indirect, overall = (self.at("effect", w, a, o, self.cell["eligible" + c])
                                                for c in (", treated", ", untreated", ""))
                    yield {**self.begun(a, o), "weeks_after": week, "saturation": share,
                           "direct": self.interval(total - indirect), "indirect": self.interval(indirect),
                           "total": self.interval(total), "overall": self.interval(overall)}

    def direct(self):
        for a in self.arms:
            if np.isnan(self.at("direct_alone", 0, a, 0)).all():
                continue
            for o in self.outcomes:
                for w, week in enumerate(self.weeks):
                    alone, together = self.at("direct_alone", w, a, o), self.at("direct_together", w, a, o)
                    yield {**self.begun(a, o), "weeks_after": week,
                           "persons": mean(self.at("direct_persons", w, a, o)), "alone": self.interval(alone),
                           "together": self.interval(together), "difference": self.interval(together - alone)}

    def mediated(self):
        cells = [c for c in self.stored["cell"][:5]]  # the treated, and by style
        for a in self.arms:
            if np.isnan(self.stored["effect_without"][:, a]).all():
                continue
            for o in self.outcomes:
                for cell in cells:
                    for w, week in enumerate(self.weeks):
                        yield self.mediated_row(a, o, cell, w, week)

    def mediated_row(self, a, o, cell, w, week):
        total = self.at("effect", w, a, o, self.cell[cell])
        row = {**self.begun(a, o), "cell": cell, "weeks_after": week, "total": self.interval(total),
               "remainder": NOTHING}
        if not told_from_zero(row["total"]):
            return row
        without = self.at("effect_without", w, a, o, self.cell[cell])  # [replicate, mechanism]
        row["shares"] = {name: ratio(self.stored, total - without[:, m], total)
                         for m, name in enumerate(self.stored["mechanism"])}
        carried_by_none = total - (total[:, None] - without).sum(axis=1)
        row["remainder"] = ratio(self.stored, carried_by_none, total)
        return row

    def challenges(self):
        for a in self.arms:
            for k, name in enumerate(self.stored["challenge"]):
                style = self.stored["challenge_style"][k]
                o, c = self.stored["challenge_outcome"][k], self.stored["challenge_cell"][k]
                for w, week in enumerate(self.weeks):
                    yield {**self.begun(a, o), "style": style, "challenge": name.removeprefix(style + ": "),
                           "helps": self.stored["challenge_helps"][k], "focus": self.stored["challenge_focus"][k],
                           "weeks_after": week, "persons": mean(self.at("persons", w, a, o, c)),
                           "effect": self.interval(self.at("effect", w, a, o, c))}


def as_json(value):
    """Intervals become objects, NaN null."""
    if isinstance(value, tuple):
        keys = ("mean", "standard_error", "low", "high", "societies")
        return {key: as_json(number) for key, number in zip(keys, value)}
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value


def expected_json(tables):
    stored, societies = tables.stored, len(set(tables.stored["society"]))
    out = {"societies": societies, "per_society": len(stored["society"]) // societies,
           "cells": dict(zip(stored["cell"], stored["cell_definition"]))}
    for name in ("effects", "course", "saturation", "direct", "mediated", "challenges"):
        rows = getattr(tables, name)
        out[name] = [as_json(row) for row in (rows if name == "effects" else rows())]
    return out


def csv_row(estimand, row, cell, week, i, **rest):
    begun = {key: row[key] for key in ("arm", "against", "outcome", "unit")}
    if estimand.startswith("share "):
        begun["unit"] = "1"
    line = {"estimand": estimand, **begun, "cell": cell, "weeks_after": week, "value": i[0], "standard_error": i[1],
            "low": i[2], "high": i[3], "societies": i[4], **rest}
    return {key: line.get(key, "") for key in CSV_COLUMNS}


def expected_csv(tables):
    for r in tables.effects:
        i = (r["effect"], r["standard_error"], r["low"], r["high"], r["societies"])
        yield csv_row("effect", r, r["cell"], r["weeks_after"], i, **{key: r[key] for key in CSV_COLUMNS[12:]})
    for r in tables.saturation():
        for name in ("direct", "indirect", "total", "overall"):
            yield csv_row(name + " effect at saturation", r, "eligible", r["weeks_after"], r[name])
    for r in tables.direct():
        for name, key in (("effect when treated alone", "alone"), ("effect when treated together", "together"),
                          ("together minus alone", "difference")):
            yield csv_row(name, r, "sample of the treated", r["weeks_after"], r[key])
    for r in tables.mediated():
        for mechanism, share in r.get("shares", {}).items():
            yield csv_row("share carried by " + mechanism, r, r["cell"], r["weeks_after"], share)
        if "shares" in r:
            yield csv_row("share carried by no mechanism alone", r, r["cell"], r["weeks_after"], r["remainder"])
    for r in tables.course():
        yield csv_row("effect at its peak", r, "treated", r["peak_week"], r["peak"])
        yield csv_row("share of the peak left", r, "treated", r["last_week"], r["retained"])


def differences(printed, expected, place=""):
    """(places that differ, values compared). Numbers within TOLERANCE; a NaN is null, or an empty field."""
    if isinstance(expected, dict) and isinstance(printed, dict):
        if list(printed) != list(expected) and set(printed) != set(expected):
            return [f"{place}: {sorted(printed)} instead of {sorted(expected)}"], 0
        pairs = [(printed[key], expected[key], f"{place}/{key}") for key in expected]
    elif isinstance(expected, list) and isinstance(printed, list):
        if len(printed) != len(expected):
            return [f"{place}: {len(printed)} instead of {len(expected)}"], 0
        pairs = [(p, e, f"{place}/{k}") for k, (p, e) in enumerate(zip(printed, expected))]
    else:
        return ([] if equal(printed, expected) else [f"{place}: {printed} instead of {expected}"]), 1
    found, count = [], 0
    for pair in pairs:
        more, n = differences(*pair)
        found += more
        count += n
    return found, count


def equal(printed, expected):
    if isinstance(expected, str) or expected is None:
        return printed == expected
    if isinstance(expected, float) and math.isnan(expected):
        return printed == ""
    if printed is None or printed == "":
        return False
    return abs(float(printed) - expected) <= TOLERANCE * max(1.0, abs(expected))
