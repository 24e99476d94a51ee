"""What a request works with: pages have one instant, an act has that of its transaction."""

import threading

from booking.clinic.actor import System
from booking.kit.clock import WallClock
from booking.web.app import create_app
from booking.web.current import now, read_only, unit_of_work

SOON = 0.2


def test_a_page_reads_at_the_instant_of_its_request(app, clock):
    with app.test_request_context():
        began = now()
        clock.pass_(seconds=1)
        with read_only(System.BOOKING_PAGE) as uow:
            assert uow.now == began == now()


def test_an_act_that_waited_for_another_is_the_later_one_by_its_own_clock(settings):
    site, waits = create_app(settings, clock=WallClock()), threading.Event()
    instants = {}

    def second():
        with site.test_request_context():
            now()
            waits.set()
            with unit_of_work(System.CARRIER) as uow:
                instants["second"] = uow.now

    with site.test_request_context():
        other = threading.Thread(target=second)
        with unit_of_work(System.CARRIER):
            other.start()
            waits.wait()
            other.join(SOON)
            instants["end of the first"] = WallClock().now()
        other.join()

    assert instants["second"] >= instants["end of the first"]
