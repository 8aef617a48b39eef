"""Who is in which cell of the group `effects`, from what a study of effects.yaml records of single persons."""

import numpy as np

START, PERSONS, BLOCK, STYLE_CUT, STRONG, FRIEND = 6, 400, 50, 0.65, 0.67, 0.32
STYLES = ["secure", "preoccupied", "dismissing", "fearful"]
CELLS = (["treated"] + ["treated " + word for word in STYLES + ["single", "coupled", "18-24", "25-29", "30-34",
                                                                "35 and older"]] +
         ["untreated partner", "untreated friend", "untreated loose friend", "untreated acquaintance",
          "untreated, distance 1", "untreated, distance 2", "untreated, distance 3+", "untreated",
          "eligible, treated", "eligible, untreated", "eligible", "everyone", "treated, bond lasts",
          "untreated partner, bond lasts"])


class Study:
    """A file with its tables read."""

    def __init__(self, file):
        self.persons, self.arms = file["persons"], list(file["persons/arm"].asstr())
        self.societies, self.age = file["persons/society"][:], file["society/start_age"][:]
        self.graph, self.ties = ({name: d[:] for name, d in file[group].items()} for group in ("graph", "closeness"))
        weeks = file["persons/time"][:]
        assert (file["persons/person_id"][:] == np.arange(PERSONS)).all() and (weeks == np.arange(len(weeks))).all()


class World:
    """One arm of one replicate. Columns are [week, person]; weeks are those of the study."""

    def __init__(self, study, arm, replicate):
        self.arm, self.at = arm, (slice(None), study.arms.index(arm), replicate)
        self.persons, self.kept = study.persons, {}
        society = study.societies[replicate]
        self.age = study.age[society]
        ties = study.ties
        mine = (ties["replicate"] == replicate) & (ties["arm"] == study.arms.index(arm))
        of_society = study.graph["society"] == society
        self.tail, self.head = study.graph["tail"][of_society], study.graph["head"][of_society]
        assert (ties["tail"][mine] == self.tail).all() and (ties["head"][mine] == self.head).all()
        self.closeness = ties["closeness"][mine].astype(float)

    def __getitem__(self, column):
        if column not in self.kept:
            values = self.persons[column][self.at]
            self.kept[column] = values.astype(float) if values.dtype.kind == "f" else values
        return self.kept[column]

    def treated(self):
        return self["treated"][-1] == 1

    def matrix(self, values):
        """[person, person], symmetric, 0 where there is no tie."""
        out = np.zeros((PERSONS, PERSONS))
        out[self.tail, self.head] = out[self.head, self.tail] = values
        return out


def distances(world, sources):
    """Steps of acquaintance to the nearest of `sources`, breadth first; infinite = out of reach."""
    acquainted = world.matrix(np.ones(len(world.tail))) > 0
    distance = np.where(sources, 0.0, np.inf)
    step = 0
    while (distance == step).any():
        reached = acquainted[distance == step].any(axis=0) & np.isinf(distance)
        step += 1
        distance[reached] = step
    return distance


def eligible(world):
    """Between whom the draw decided, from who: and the allocation of effects.yaml."""
    everybody, treated = np.ones(PERSONS, bool), world.treated()
    arm = world.arm.split("--")[0]
    if arm == "course":
        return world["attachment_anxiety"][START] > 0
    if arm == "handful":
        return world["attachment_avoidance"][START] > 0.8
    if arm == "wedge":  # in a community whose turn it is everybody who meets `who` is treated
        return treated
    if arm == "two-stage":  # which communities were chosen shows in how many of them are treated
        community = np.arange(PERSONS) // BLOCK
        rate = np.array([treated[community == c].mean() for c in range(PERSONS // BLOCK)])
        chosen = rate > 0.45
        assert chosen.sum() == 4 and rate[chosen].min() > 0.6 and rate[~chosen].max() < 0.3, rate
        return chosen[community]
    if arm == "one-of-two":  # both of a couple of whom one is treated
        partner = world["partner_person"][START]
        assert (partner[treated] >= 0).all() and not treated[partner[treated]].any()
        return treated | ((partner >= 0) & treated[partner])
    return everybody


def members(world, other):
    """Who is in each cell, as far as the start decides it: [cell, person]."""
    treated, untreated = world.treated(), ~world.treated()
    anxious, avoidant = (other[c][START] > STYLE_CUT for c in ("attachment_anxiety", "attachment_avoidance"))
    partner = other["partner_person"][START]
    coupled = partner >= 0
    partner_treated = coupled & treated[partner]
    closeness = other.matrix(other.closeness)
    closeness[np.flatnonzero(coupled), partner[coupled]] = 0  # a partner is no friend
    strong, friend = ((closeness[:, treated] > cut).any(axis=1) for cut in (STRONG, FRIEND))
    distance = distances(world, treated)
    near = untreated & (distance == 1)
    age, drawn = other.age, eligible(world)
    masks = {"treated": treated, "treated secure": ~anxious & ~avoidant, "treated preoccupied": anxious & ~avoidant,
             "treated dismissing": ~anxious & avoidant, "treated fearful": anxious & avoidant,
             "treated single": ~coupled, "treated coupled": coupled, "treated 18-24": age < 25,
             "treated 25-29": (age >= 25) & (age < 30), "treated 30-34": (age >= 30) & (age < 35),
             "treated 35 and older": age >= 35, "treated, bond lasts": coupled}
    masks = {name: mask & treated for name, mask in masks.items()}
    masks.update({
        "untreated partner": partner_treated, "untreated friend": ~partner_treated & strong,
        "untreated loose friend": ~partner_treated & ~strong & friend,
        "untreated acquaintance": near & ~partner_treated & ~friend, "untreated, distance 1": near,
        "untreated, distance 2": distance == 2, "untreated, distance 3+": distance >= 3, "untreated": untreated,
        "untreated partner, bond lasts": partner_treated})
    masks = {name: mask & untreated if name.startswith("untreated") else mask for name, mask in masks.items()}
    masks.update({"eligible": drawn, "eligible, treated": drawn & treated, "eligible, untreated": drawn & untreated,
                  "everyone": np.ones(PERSONS, bool)})
    return np.array([masks[name] for name in CELLS])


def bond_lasts(week, *worlds):
    """Coupled at the start, with the same partner now in all these worlds."""
    partner = worlds[0]["partner_person"][START]
    lasts = partner >= 0
    for world in worlds:
        lasts = lasts & (world["partner_person"][week] == partner)
    return lasts
