"""This module tells of mails that came and could not be used, so that they are not forgotten once they have been said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.findings import Finding, Place, warning
from batchreport.mail.address import read_addresses
from batchreport.names import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from batchreport.period import Period
    from batchreport.run.post import Receipt
    from batchreport.run.stand import Standing


def unused(
    period: Period, receipts: Sequence[Receipt], items: Sequence[Standing], digest: Callable[[str], str]
) -> Iterator[Finding]:
    """Yield what is to be said of mails of a period that could not be used, or not whole.

    One is done with once each department that its sender writes for is in order, by a workbook that came later or that
    somebody put there by hand; one of an address that the roster has not, once all departments are in order. A workbook of
    the period before is one to be collected for that, unless it came instead of this period's, as the state says.
    `digest` is that of a workbook's file.
    """
    owners = _owners(items)
    taken = {one.digest: one for one in receipts if one.state == "taken"}
    instead = {
        fold(text)
        for one in items
        if one.state == "wrong-period"
        for text in (one.department.code, one.department.name)
    }
    for one in receipts:
        if one.state != "refused" or not one.sender or not one.said:
            continue
        if one.period == str(period):
            senders = owners.get(one.sender.casefold(), items)
            counting = [taken.get(digest(each.file)) if senders is not items else None for each in senders]
            is_done = all(map(_is_done, senders, counting, [one] * len(counting)))
        else:
            is_done = one.period != str(period.previous) or fold(one.department) in instead
        if not is_done:
            yield warning("mail-unused", Place(), sender=one.sender, said=one.said.splitlines()[0])


def _is_done(standing: Standing, counting: Receipt | None, refused: Receipt) -> bool:
    """Tell whether a department is in order, by a workbook that came after what was refused, where that came by mail."""
    if standing.state != "good":
        return False
    by_mail = counting if counting and counting.sender else None
    return by_mail is None or by_mail.at is None or refused.at is None or by_mail.at > refused.at


def _owners(items: Iterable[Standing]) -> dict[str, list[Standing]]:
    """Return by each address of the roster the departments that have it."""
    owners: dict[str, list[Standing]] = {}
    for one in items:
        for address in read_addresses(one.department.mail, one.department.name, Place())[0]:
            owners.setdefault(address.mail.casefold(), []).append(one)
    return owners
