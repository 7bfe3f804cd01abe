# SPDX-License-Identifier: Apache-2.0
"""The lines that a run prints, and the file that it leaves for `deploy/bench compare`, `table` and `plot`."""

import datetime
import json
import os
import platform
import subprocess

import goals


class Report:
    def __init__(self, options):
        self.measurements, self.goals, self.growth = {}, {}, {}
        self.broker = None
        self.context = {
            "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "commit": options.commit,
            "processors": os.cpu_count(),
            "kernel": platform.release(),
            "load": os.getloadavg()[0],
            "kafka": kafka_version(),
            "options": {
                name: value
                for name, value in vars(options).items()
                if isinstance(value, int | list) and not isinstance(value, bool)
            },
        }

    def note(self, text):
        print(f"  {text}", flush=True)

    def row(self, *cells, **numbers):
        """Prints a line of the table, and keeps its numbers under the line's name and the number's."""
        widths = (40, 30, 44, 40)
        print("  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths)).rstrip(), flush=True)
        for name, number in numbers.items():
            self.measurements.setdefault(f"{cells[0]}, {name}", []).append(round(number, 4))

    def goal(self, name, value):
        assert name in goals.GOALS, f"{name} is not in goals.py"
        self.goals.setdefault(name, []).append(round(value, 4))

    def point(self, panel, series, x, y):
        """A point of the growth plot."""
        self.growth.setdefault(panel, {}).setdefault(series, {}).setdefault(str(x), []).append(round(y, 4))

    def print_goals(self):
        print("goals, each against the floor of the same run", flush=True)
        for _, text, median, spread, bound, verdict in goals.verdicts(self.goals):
            print(f"  {text:<66}{median:>10}  {spread:<9}  {bound:<9}  {verdict}".rstrip(), flush=True)
        if self.is_busy():
            print(
                f"The load average was {self.context['load']:.1f} on {self.context['processors']} processors "
                "at the start: these figures check the harness and are not fit to publish."
            )

    def is_busy(self):
        return self.context["load"] > 0.5 * self.context["processors"]

    def write(self, path):
        with open(path, "w") as file:
            json.dump(
                {
                    "context": self.context | {"busy": self.is_busy()},
                    "measurements": self.measurements,
                    "goals": self.goals,
                    "growth": self.growth,
                },
                file,
                indent=1,
                ensure_ascii=False,
            )
            file.write("\n")


def kafka_version():
    """Of the files of KAFKA_HOME: kafka-clients-VERSION.jar."""
    libraries = os.path.join(os.environ["KAFKA_HOME"], "libs")
    names = [name for name in os.listdir(libraries) if name.startswith("kafka-clients-")]
    return names[0].removeprefix("kafka-clients-").removesuffix(".jar") if names else "unknown"


def commit_of(repository):
    """The commit that is measured, with a mark if files differ from it; None outside a Git repository."""
    words = ["git", "-C", repository, "describe", "--always", "--dirty", "--abbrev=7"]
    done = subprocess.run(words, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None
