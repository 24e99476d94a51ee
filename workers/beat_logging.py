"""What beat says while its broker is away: a line for each tick, not the stack of each."""

import logging

STACK_AFTER = "Message Error: %s"


def drop_tracebacks() -> None:
    """Have beat leave out the stacks; with them it would write most of a megabyte a minute."""
    logging.getLogger("celery.beat").addFilter(without_stack)


def without_stack(record: logging.LogRecord) -> bool:
    """Keep of a tick that was not given away which one it was, and why."""
    if record.msg.startswith(STACK_AFTER) and isinstance(record.args, tuple):
        record.msg, record.args, record.exc_info = STACK_AFTER, record.args[:1], None
    return True
