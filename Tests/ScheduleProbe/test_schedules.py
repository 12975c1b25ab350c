"""Holds the calendar maths of `Schedules` against independent ones: the cron libraries croniter and cronsim from PyPI
(`.ci/schedule-oracles` puts them into `.build/schedule-oracles`), Python's zoneinfo, and the naive reference in
expressions.py.

Where a library says something else than we do, the disagreement must be of a known class, which is printed with its
number, and the reference must say what we say. Anything else fails.

The seed is always the same, so that a fault of a library that nobody has met yet does not stop an unrelated change;
GRAPNEL_SEED=N looks at other expressions, GRAPNEL_EXPRESSIONS=N at more of them."""

import bisect
import calendar
import collections
import datetime
import multiprocessing
import os
import pathlib
import random
import signal
import subprocess
import sys
import time
import unittest
import zoneinfo

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROBE = pathlib.Path(os.environ.get("GRAPNEL_SCHEDULE_PROBE") or ROOT / ".build/debug/ScheduleProbe")
ORACLES = pathlib.Path(os.environ.get("GRAPNEL_SCHEDULE_ORACLES") or ROOT / ".build/schedule-oracles")
sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(ORACLES)]

from expressions import EPOCH, RANGES, UTC, Expression, reference  # noqa: E402

try:
    import croniter
    import cronsim
except ImportError:
    croniter = cronsim = None

EXPRESSIONS = int(os.environ.get("GRAPNEL_EXPRESSIONS", 10_000))
SEED = int(os.environ.get("GRAPNEL_SEED") or 20261121)
FIRST_YEAR, YEARS = 2018, 10
NEXT = 4
# A slot this near to a change of clocks may be one that the libraries see differently.
NEAR = 30 * 3600
# Seconds of processor time for one answer of a library.
PATIENCE = 2


def seconds(moment):
    return int((moment - EPOCH).total_seconds())


def moment(second):
    return EPOCH + datetime.timedelta(seconds=second)


def transitions(zone):
    """The seconds at which a zone's offset changes in the ten years and two more on each side."""
    found = []
    low = seconds(datetime.datetime(FIRST_YEAR - 2, 1, 1, tzinfo=UTC))
    end = seconds(datetime.datetime(FIRST_YEAR + YEARS + 2, 1, 1, tzinfo=UTC))
    offset = lambda second: moment(second).astimezone(zone).utcoffset()
    while low < end:
        # No zone has changed its clocks twice within a week in these years and been back where it was.
        high = low + 7 * 86_400
        if offset(low) != offset(high):
            left, right = low, high
            while right - left > 1:
                middle = (left + right) // 2
                left, right = (middle, right) if offset(middle) == offset(low) else (left, middle)
            found.append(right)
        low = high
    return found


def ask(questions):
    """The probe's answers, a list of parts each."""
    text = "".join("\t".join(map(str, question)) + "\n" for question in questions)
    process = subprocess.run([PROBE], input=text, capture_output=True, text=True, timeout=300, check=True)
    answers = [line.split("\t") for line in process.stdout.splitlines()]
    assert len(answers) == len(questions), f"{len(answers)} answers to {len(questions)} questions"
    return answers


def numbers(text):
    return [int(number) for number in text.split(",") if number]


def by_cronsim(text, zone, after, is_reverse):
    # zoneinfo's UTC would do, but cronsim knows datetime's alone as the zone without changes.
    start = moment(after).astimezone(UTC if zone.key == "UTC" else zone)
    found = []
    for slot in cronsim.CronSim(text, start, reverse=is_reverse):
        found.append(seconds(slot.astimezone(UTC)))
        if len(found) == NEXT:
            break
    return found


def by_croniter(text, zone, after, is_reverse):
    cron = croniter.croniter(
        text, moment(after).astimezone(zone), ret_type=datetime.datetime, second_at_beginning=True,
        implement_cron_bug=True)
    ask_once = cron.get_prev if is_reverse else cron.get_next
    return [seconds(ask_once().astimezone(UTC)) for _ in range(NEXT)]


def for_cronsim(expression):
    """The texts of the fields for cronsim; `None` for what it does not know."""
    if expression.features & {"W", "L-n", "L-nW", "wrap", "wrap/n", "?"}:
        return None
    return {kind: field.text for kind, field in expression.fields.items()}


def for_croniter(expression):
    """The texts of the fields for croniter; `None` for what it does not know, or says of itself that it gets wrong."""
    if expression.features & {"LW", "L-n", "L-nW"}:
        return None
    day, weekday = expression.fields["day"], expression.fields["weekday"]
    # W, # and 5L do not go together with others in a list, nor with the other field of days.
    for field, other in [(day, weekday), (weekday, day)]:
        if any(special[0] != "L" for special in field.special) and (len(field.terms) > 1 or other.text not in "*?"):
            return None
    # 29 February and the last workday of February cannot be told apart by months.
    if ("W", 29) in day.special and 2 in expression.fields["month"].values:
        return None
    texts = {kind: field.text for kind, field in expression.fields.items()}
    for special in weekday.special:
        if special[0] == "last":
            texts["weekday"] = f"L{special[1]}"
    return texts


def written_out(library, expression, texts):
    """The texts, with the fields that the library reads otherwise than others do written as lists, and why."""
    reasons = {
        "croniter": {
            "a-a": "a range of one value is every value", "a-a/n": "a range of one value is every value",
            "wrap/n": "the steps of a range that goes round begin anew",
            "* inside": "a * anywhere in a field of days makes it a star"},
        "cronsim": {
            "a-a/n": "a range of one value with a step is that value and all after it",
            "v/n weekday": "1/2 of weekdays goes on to 7, which is Sunday"},
    }[library]
    texts, why = dict(texts), set()
    for kind, field in expression.fields.items():
        features = field.features | ({"v/n weekday"} if kind == "weekday" and "v/n" in field.features else set())
        if kind in ("day", "weekday") and not field.is_star and "*" in field.text:
            features = features | {"* inside"}
        if found := features & reasons.keys():
            specials, star = [], []
            # JUL ends with an L too.
            if kind in ("day", "weekday"):
                specials = [term for term in field.terms if term[-1:] in "LW" or "#" in term or "L-" in term]
                # A field of days that begins with a star still does.
                star = [f"*/{RANGES[kind][1] - RANGES[kind][0] + 1}"] if field.is_star else []
            texts[kind] = ",".join(star + [str(value) for value in sorted(field.values)] + specials)
            why |= {reasons[feature] for feature in found}
    # 31W: only in months that have the day.
    for shape, day in expression.fields["day"].special:
        if library == "croniter" and shape == "W" and day > 28:
            months = [month for month in expression.values("month") if calendar.monthrange(2001, month)[1] >= day]
            texts["month"] = ",".join(map(str, months))
            why.add("31W in a month of 30 days is its last workday")
    return texts, "; ".join(sorted(why))


def in_our_mode(expression, texts):
    """The texts, written so that cronsim treats changes of clocks as we do; `None` if that cannot be said to it."""
    if expression.has_seconds:
        return None
    lists = {kind: ",".join(map(str, expression.values(kind))) for kind in ("minute", "hour")}
    return {**texts, **({"hour": "*"} if expression.is_rhythm else lists)}


class Case:
    """One expression in one zone from one moment, and what the probe says of it."""

    def __init__(self, expression, zone, changes, after):
        self.expression, self.zone, self.changes, self.after = expression, zone, changes, after

    @property
    def question(self):
        return ("cron", self.zone.key, "name", self.after, NEXT, self.expression.text)

    def __str__(self):
        return f"{self.expression.text!r} in {self.zone.key} from {self.after} ({moment(self.after)})"

    @property
    def repeated(self):
        """Where clocks were set back and `after` is among the times that they show again: the last second before, and
        the first after them."""
        offset = lambda second: int(moment(second).astimezone(self.zone).utcoffset().total_seconds())
        place = bisect.bisect(self.changes, self.after)
        if place == 0:
            return None
        change = self.changes[place - 1]
        end = change + offset(change - 1) - offset(change)
        return (change - 1, end) if self.after < end else None

    @property
    def is_midnight_repeated(self):
        """Whether the last change before `after` has made the last second of a day come twice."""
        place = bisect.bisect(self.changes, self.after)
        if place == 0:
            return False
        change = moment(self.changes[place - 1])
        shown = change.astimezone(self.zone).replace(tzinfo=None)
        back = (change - datetime.timedelta(seconds=1)).astimezone(self.zone).replace(tzinfo=None)
        return shown <= shown.replace(hour=23, minute=59, second=59, fold=0) <= back

    @property
    def is_midnight_skipped(self):
        """Whether clocks jump over the last second of a day within 30 hours of `after`."""
        for change in self.changes:
            shown, back = [moment(second).astimezone(self.zone).replace(tzinfo=None) for second in (change, change - 1)]
            if abs(change - self.after) <= NEAR and back < back.replace(hour=23, minute=59, second=59) < shown:
                return True
        return False

    @property
    def is_near_half_hour(self):
        """Whether a change within 30 hours of `after` is not one of whole hours."""
        offset = lambda second: int(moment(second).astimezone(self.zone).utcoffset().total_seconds())
        return any((offset(change) - offset(change - 1)) % 3600 for change in self.changes
                   if abs(change - self.after) <= NEAR)

    def is_near_change(self, second):
        place = bisect.bisect(self.changes, second)
        return any(abs(second - change) <= NEAR for change in self.changes[max(0, place - 1):place + 1])

    def differs_near_changes_alone(self, ours, theirs):
        """Whether two lists of slots differ only around changes of clocks."""
        if not ours or not theirs:
            return False
        last = min(max(ours), max(theirs))
        first = max(min(ours), min(theirs))
        differing = {slot for slot in set(ours) ^ set(theirs) if first <= slot <= last}
        return all(map(self.is_near_change, differing))


def check(case, answer, tally):
    """Adds to the tally, and returns what cannot be explained, as text."""
    if answer[0] == "fault":
        return None if not case.expression.is_possible else f"{case}: refused: {answer[1]}"
    if not case.expression.is_possible:
        return f"{case}: admitted, but no day fits"
    ours = {False: numbers(answer[1]), True: numbers(answer[2])}
    # A twentieth, and all that no library knows, by the reference alone.
    texts = {"cronsim": for_cronsim(case.expression), "croniter": for_croniter(case.expression)}
    if case.after % 20 == 0 or texts == {"cronsim": None, "croniter": None}:
        tally["by the reference"] += 1
        expected = reference(case.expression, case.zone, case.after, NEXT)
        if expected != ours[False]:
            return f"{case}: the reference says {expected}, we {ours[False]}"
    for library, text in texts.items():
        # croniter has rules of its own where clocks change, and reckons slowly: it is asked for every other.
        if text is None or (library == "croniter" and (case.changes or case.after % 2)):
            continue
        for is_reverse in (False, True):
            if fault := compare(case, library, text, ours, is_reverse, tally):
                return fault
    return None


def compare(case, library, texts, ours, is_reverse, tally):
    """Compares with one library in one direction; returns a disagreement of no known class, as text."""
    direction = "previous" if is_reverse else "next"
    mine = ours[is_reverse]
    tally[f"{library}, {direction}"] += 1
    theirs = answer_of(library, texts, case, is_reverse)
    if theirs == mine:
        return None
    why = explain(case, library, texts, theirs, mine, is_reverse)
    if why is None:
        return f"{case}: {library} says of {texts}, {direction}: {theirs}, we {mine}"
    # Whatever the class, the reference must be on our side.
    if not is_reverse:
        expected = reference(case.expression, case.zone, case.after, NEXT)
        if expected != mine:
            return f"{case}: {why}, but the reference says {expected}, we {mine}"
    tally[f"disagreement: {library}, {direction}: {why}"] += 1
    return None


class NoAnswer(Exception):
    """A library has looked for an answer for longer than it could need."""


def give_up(*_):
    raise NoAnswer


def answer_of(library, texts, case, is_reverse):
    oracle = by_cronsim if library == "cronsim" else by_croniter
    # Of processor time, so that it is the same on a loaded machine. An answer takes milliseconds.
    signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        return oracle(" ".join(texts.values()), case.zone, case.after, is_reverse)
    except NoAnswer:
        return ["no answer"]
    except Exception as error:  # noqa: BLE001: whatever a library throws is a disagreement
        return [f"{type(error).__name__}: {error}"]
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def explain(case, library, texts, theirs, mine, is_reverse):
    """The class of a disagreement; `None` if it is of none."""
    texts, why = written_out(library, case.expression, texts)
    if why:
        theirs = answer_of(library, texts, case, is_reverse)
        if theirs == mine:
            return why
    if library != "cronsim" or not case.changes:
        return None
    if ours := in_our_mode(case.expression, texts):
        theirs = answer_of(library, ours, case, is_reverse)
        if theirs == mine:
            return "a star alone decides what follows the clocks, */2 among hours and any among minutes"
        if not case.expression.is_rhythm and (repeated := case.repeated):
            # No slot of ours is between the first time after the clocks were set back and the last that comes twice.
            before, after = repeated
            outside = Case(case.expression, case.zone, case.changes, after if is_reverse else before)
            theirs = answer_of(library, ours, outside, is_reverse)
            if theirs == mine:
                return "begun among times that come twice, it takes them for the first ones"
    once = list(dict.fromkeys(theirs))
    if len(once) < len(theirs) and once == mine[:len(once)]:
        return "times in one gap come one after the other at the same moment"
    if is_reverse and theirs == ["no answer"] and case.is_midnight_skipped:
        return "on the way back it never ends where 23:59:59 is jumped over"
    if is_reverse and case.expression.is_rhythm and case.is_midnight_repeated:
        if case.differs_near_changes_alone(mine, theirs):
            return "on the way back it enters a day at 23:59:59 the first time, where that comes twice"
    if len(case.expression.values("minute")) == 1 and case.expression.is_rhythm and case.is_near_half_hour:
        if case.differs_near_changes_alone(mine, theirs):
            return "with one minute it goes on by whole hours, beyond a time after a change by half an hour"
    if case.expression.has_seconds and not case.expression.is_rhythm:
        if case.differs_near_changes_alone(mine, theirs):
            return "six fields always follow the clocks"
    return None


def check_part(part):
    cases, answers = part
    tally = collections.Counter()
    faults = [fault for case, answer in zip(cases, answers) if (fault := check(case, answer, tally))]
    return tally, faults


class Schedules(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not PROBE.exists():
            raise unittest.SkipTest(f"NOT TESTED: there is no {PROBE}; swift build makes it")
        cls.zones = {name: zoneinfo.ZoneInfo(name) for name in sorted(zoneinfo.available_timezones())
                     if name != "localtime"}

    def test_offsets(self):
        """Every zone, at random moments of two centuries and around changes, by zoneinfo."""
        print(f"seed {SEED}")
        source = random.Random(SEED)
        questions = []
        for name, zone in self.zones.items():
            moments = [source.randrange(-2_200_000_000, 4_100_000_000) for _ in range(60)]
            if source.random() < 0.2:
                moments += [change + shift for change in transitions(zone) for shift in (-1, 0, 1)]
            questions.append(("offsets", name, ",".join(map(str, moments))))
        count = 0
        for question, answer in zip(questions, ask(questions)):
            if answer[0] != "offsets":
                self.fail(f"{question[1]}: {answer}")
            zone = self.zones[question[1]]
            expected = [int(moment(second).astimezone(zone).utcoffset().total_seconds())
                        for second in numbers(question[2])]
            self.assertEqual(numbers(answer[1]), expected, question[1])
            count += len(expected)
        print(f"{count} offsets of {len(questions)} zones agree")

    def test_expressions(self):
        """Random expressions, in UTC and in zones, many of them around a change of clocks."""
        if cronsim is None:
            self.skipTest(f"NOT TESTED: no croniter and cronsim; .ci/schedule-oracles makes {ORACLES} (it needs PyPI)")
        print(f"seed {SEED}")
        began = time.monotonic()
        source = random.Random(SEED)
        changes = {}
        start = seconds(datetime.datetime(FIRST_YEAR, 1, 1, tzinfo=UTC))
        end = seconds(datetime.datetime(FIRST_YEAR + YEARS, 1, 1, tzinfo=UTC))
        names = list(self.zones)
        cases = []
        for number in range(EXPRESSIONS):
            # A third is of the first hours of many days, in which most clocks are changed.
            expression = Expression(source, is_early=number % 3 == 0)
            for name in ("UTC", source.choice(names)):
                zone = self.zones[name]
                if name not in changes:
                    changes[name] = [] if name == "UTC" else transitions(zone)
                after = source.randrange(start, end)
                if changes[name] and (number % 3 == 0 or source.random() < 0.3):
                    # Just before a change, or just after it for those slots that were before.
                    reach = source.choice([3600, 3 * 3600, 30 * 3600])
                    after = source.choice(changes[name]) + source.randrange(-reach, reach)
                cases.append(Case(expression, zone, changes[name], after))
        answers = ask([case.question for case in cases])
        asked = time.monotonic()
        size = 200
        parts = [(cases[place:place + size], answers[place:place + size]) for place in range(0, len(cases), size)]
        tally, faults = collections.Counter(), []
        with multiprocessing.get_context("fork").Pool(min(4, os.cpu_count() or 1)) as pool:
            for part_tally, part_faults in pool.imap_unordered(check_part, parts):
                tally += part_tally
                faults += part_faults
        refused = sum(answer[0] == "fault" for answer in answers)
        print(f"{len(cases)} questions ({refused} of expressions that can never run), {len(changes)} zones; made and "
              f"asked in {asked - began:.1f} s, compared in {time.monotonic() - asked:.1f} s")
        for row, count in sorted(tally.items()):
            print(f"  {count:6} {row}")
        for fault in faults[:40]:
            print(fault)
        self.assertEqual(len(faults), 0, f"{len(faults)} cannot be explained; GRAPNEL_SEED={SEED} repeats them")


if __name__ == "__main__":
    unittest.main()
