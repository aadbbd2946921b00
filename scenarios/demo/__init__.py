"""An invented GST, generated: places, staff, theatre, pharmacy and three years of history.

    from scenarios.demo import DemoSize, generate

    gst, history = generate(DemoSize.DEFAULT, seed=1)

``DemoSize`` is ``small`` (2 hospitals), ``default`` (5 hospitals, 900 beds) or ``region``
(20 hospitals, about 4,400 beds, shaped as Rabat-Salé-Kénitra). Everything is synthetic and
says so; the effects that are planted in the history are named in ``scenarios.demo.period``.
"""

from scenarios.demo.generator import generate
from scenarios.demo.sizes import DemoSize

__all__ = ["DemoSize", "generate"]
