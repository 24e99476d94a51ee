"""The demo's database is kept from a real carrier."""

from booking.accounts import service as staff
from booking.accounts.models import Role
from demo import DEMO_SIGN_IN
from demo.refuse import holds_demo


def test_a_database_with_a_demo_account_is_recognised(clinic):
    add_account(clinic, DEMO_SIGN_IN[0])

    with clinic.runtime.database.read_only() as session:
        assert holds_demo(session)


def test_a_database_of_real_accounts_is_let_through(clinic):
    add_account(clinic, "somebody@clinic.example.org")

    with clinic.runtime.database.read_only() as session:
        assert not holds_demo(session)


def add_account(clinic, email):
    with clinic.unit_of_work() as uow:
        staff.add_user(
            uow, staff.NewUser(email, "Somebody", "a long enough password", Role.COORDINATOR)
        )
