"""Random cron expressions, and a reference that is as naive as can be: it writes down every day and every time of the
day, and asks Python's zoneinfo what they are in UTC."""

import calendar
import datetime
import itertools

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
# In the years that are asked for; Apia skipped a day in 2011.
NO_CHANGE_IS_LONGER = datetime.timedelta(hours=4)
NAMES = {
    "month": "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(),
    "weekday": "SUN MON TUE WED THU FRI SAT".split(),
}
RANGES = {
    "second": (0, 59), "minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 6),
}


class Field:
    """One field: its text, the plain values, and for days those that depend on the month."""

    def __init__(self, kind):
        self.kind = kind
        self.terms = []
        self.values = set()
        self.special = []  # ("L", n), ("W", day), ("LW", n), ("#", weekday, n), ("last", weekday)
        self.features = set()

    @property
    def text(self):
        return ",".join(self.terms)

    @property
    def is_star(self):
        return self.text[0] in "*?"

    @property
    def is_all(self):
        low, high = RANGES[self.kind]
        return len(self.values) == high - low + 1


def name(random, kind, value):
    """A value, perhaps by its name."""
    if kind in NAMES and random.random() < 0.4:
        return random.choice([str.upper, str.lower, str.title])(NAMES[kind][value - RANGES[kind][0]])
    if kind == "weekday" and value == 0 and random.random() < 0.3:
        return "7"
    return str(value)


def add_term(random, field):
    kind = field.kind
    low, high = RANGES[kind]
    size = high - low + 1
    roll = random.random()
    if kind == "day" and roll < 0.12:
        shape = random.choice(["L", "L-", "W", "LW", "L-W"])
        back = random.randint(1, 9)
        if shape == "L":
            field.terms.append("L"), field.special.append(("L", 0)), field.features.add("L")
        elif shape == "L-":
            field.terms.append(f"L-{back}"), field.special.append(("L", back)), field.features.add("L-n")
        elif shape == "LW":
            field.terms.append("LW"), field.special.append(("LW", 0)), field.features.add("LW")
        elif shape == "L-W":
            field.terms.append(f"L-{back}W"), field.special.append(("LW", back)), field.features.add("L-nW")
        else:
            day = random.randint(1, 31)
            field.terms.append(f"{day}W"), field.special.append(("W", day)), field.features.add("W")
        return
    if kind == "weekday" and roll < 0.12:
        weekday = random.randint(0, 6)
        if random.random() < 0.5:
            field.terms.append(f"{weekday}L"), field.special.append(("last", weekday)), field.features.add("5L")
        else:
            number = random.randint(1, 5)
            field.terms.append(f"{name(random, kind, weekday)}#{number}"), field.special.append(("#", weekday, number))
            field.features.add("#")
        return
    first = random.randint(low, high)
    if roll < 0.25:
        step = random.randint(2, max(2, size // 2))
        field.terms.append(f"*/{step}"), field.values.update(range(low, high + 1, step))
    elif roll < 0.50:
        field.terms.append(name(random, kind, first)), field.values.add(first)
    elif roll < 0.60:
        step = random.randint(1, max(2, size // 3))
        field.terms.append(f"{first}/{step}"), field.values.update(range(first, high + 1, step))
        field.features.add("v/n")
    else:
        last = random.randint(low, high)
        if last < first and (kind == "day" or random.random() < 0.6):
            first, last = last, first
        step = random.randint(1, max(2, size // 4)) if random.random() < 0.4 else None
        end = last if first <= last else last + size
        field.values.update(low + (value - low) % size for value in range(first, end + 1, step or 1))
        # As the end of a range Sunday is 7, not 0, unless the range goes round.
        ends = [name(random, kind, first), name(random, kind, last)]
        if kind == "weekday":
            ends = ["0" if text == "7" else text for text in ends]
        field.terms.append("-".join(ends) + (f"/{step}" if step else ""))
        if first > last:
            field.features.add("wrap/n" if step else "wrap")
        if first == last:
            field.features.add("a-a/n" if step else "a-a")


def make_field(random, kind, star):
    field = Field(kind)
    if random.random() < star:
        text = "?" if kind in ("day", "weekday") and random.random() < 0.05 else "*"
        field.terms.append(text)
        field.values.update(range(RANGES[kind][0], RANGES[kind][1] + 1))
        if text == "?":
            field.features.add("?")
        return field
    for _ in range(random.choice([1, 1, 1, 1, 2, 3])):
        add_term(random, field)
    return field


def single(kind, value):
    field = Field(kind)
    field.terms, field.values = [str(value)], {value}
    return field


class Expression:
    def __init__(self, random, is_early=False):
        kinds = ["minute", "hour", "day", "month", "weekday"]
        if random.random() < 0.2:
            kinds.insert(0, "second")
        stars = {"second": 0.1, "minute": 0.25, "hour": 0.35, "day": 0.5, "month": 0.6, "weekday": 0.5}
        if is_early:
            stars.update(day=0.85, month=0.95, weekday=0.85)
        self.fields = {kind: make_field(random, kind, stars[kind]) for kind in kinds}
        if is_early and not self.fields["hour"].is_all and random.random() < 0.7:
            hours = Field("hour")
            hours.values = set(random.sample(range(5), random.randint(1, 3)))
            hours.terms = [str(hour) for hour in sorted(hours.values)]
            self.fields["hour"] = hours
        if random.random() < 0.02:
            # One that can never run, perhaps.
            self.fields["month"] = single("month", random.choice([2, 2, 4, 6, 9, 11]))
            self.fields["day"] = single("day", random.randint(29, 31))
        self.text = " ".join(field.text for field in self.fields.values())
        self.features = set().union(*(field.features for field in self.fields.values()))
        self.has_seconds = "second" in self.fields
        day, weekday = self.fields["day"], self.fields["weekday"]
        self.are_both_needed = day.is_star or weekday.is_star
        # In every hour of its days: a rhythm. Otherwise it names times of the day.
        self.is_rhythm = self.fields["hour"].is_all

    def values(self, kind):
        return sorted(self.fields[kind].values) if kind in self.fields else [0]

    def days(self, year, month):
        """The days of a month that fit."""
        if month not in self.fields["month"].values:
            return []
        length = calendar.monthrange(year, month)[1]
        weekday_of = lambda day: (datetime.date(year, month, day).weekday() + 1) % 7
        dates, weekdays = set(), set()
        for day in range(1, length + 1):
            if day in self.fields["day"].values:
                dates.add(day)
            if weekday_of(day) in self.fields["weekday"].values:
                weekdays.add(day)
            for special in self.fields["weekday"].special:
                is_it = special[1] == weekday_of(day)
                if special[0] == "last" and is_it and day + 7 > length:
                    weekdays.add(day)
                if special[0] == "#" and is_it and (day - 1) // 7 + 1 == special[2]:
                    weekdays.add(day)
        for shape, number in self.fields["day"].special:
            target = number if shape == "W" else length - number
            if not 1 <= target <= length:
                continue
            if shape == "L":
                dates.add(target)
            else:
                workdays = [day for day in range(1, length + 1) if weekday_of(day) in range(1, 6)]
                dates.add(min(workdays, key=lambda day: abs(day - target)))
        return sorted(dates & weekdays if self.are_both_needed else dates | weekdays)

    @property
    def is_possible(self):
        # 2000 to 2040 have years of all 14 kinds.
        return any(self.days(year, month) for year in range(2000, 2041) for month in range(1, 13))


def moments(zone, local):
    """The seconds of UTC at which a zone's clocks show a naive time: none, one or two."""
    found = set()
    for fold in (0, 1):
        moment = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None, fold=0) == local:
            found.add(int((moment - EPOCH).total_seconds()))
    return sorted(found)


def after_gap(zone, local):
    """The first second of UTC after the jump over a naive time."""
    show = lambda second: (EPOCH + datetime.timedelta(seconds=second)).astimezone(zone).replace(tzinfo=None)
    middle = int((local.replace(tzinfo=UTC) - EPOCH).total_seconds())
    low, high = middle - 30 * 3600, middle + 30 * 3600
    while high - low > 1:
        between = (low + high) // 2
        low, high = (between, high) if show(between) < local else (low, between)
    return high


def reference(expression, zone, after, count):
    """The first `count` slots after a second, by our rule for changes of clocks."""
    slots = set()
    start = (EPOCH + datetime.timedelta(seconds=after)).astimezone(zone).replace(tzinfo=None)
    day = start.date() - datetime.timedelta(days=2)
    limit = None
    while day.year < start.year + 45 and (limit is None or day <= limit):
        if day.day == 1 or day == start.date() - datetime.timedelta(days=2):
            fitting = set(expression.days(day.year, day.month))
            if not fitting:
                day = (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
                continue
        if day.day in fitting:
            for hour in expression.values("hour"):
                for minute, second in itertools.product(expression.values("minute"), expression.values("second")):
                    local = datetime.datetime(day.year, day.month, day.day, hour, minute, second)
                    if local < start - NO_CHANGE_IS_LONGER:
                        continue
                    shown = moments(zone, local)
                    if expression.is_rhythm:
                        slots.update(shown)
                    else:
                        slots.add(shown[0] if shown else after_gap(zone, local))
                # Enough of them, and no later time of the day comes before them.
                later = sorted(slot for slot in slots if slot > after)
                if len(later) >= count:
                    end = (EPOCH + datetime.timedelta(seconds=later[count - 1])).astimezone(zone)
                    if datetime.datetime(day.year, day.month, day.day, hour) > end.replace(tzinfo=None) + \
                            NO_CHANGE_IS_LONGER:
                        return later[:count]
        day += datetime.timedelta(days=1)
        if limit is None and sum(slot > after for slot in slots) >= count:
            limit = day + datetime.timedelta(days=2)
    return sorted(slot for slot in slots if slot > after)[:count]
