"""What the objects of a plan come to: ways, bytes, price, obstacles. Bounded, however many they are.

Must not know: S3, where objects are kept.
"""

from typing import Dict, List, NamedTuple, Optional, Tuple

from .. import costs
from ..facts import Facts

#: Names that are kept for each reason why objects cannot be changed.
NAMES = 20


class Obstacle(NamedTuple):
    """objects: how many cannot be changed for one reason; first: the keys of the first of them."""

    objects: int
    first: List[str]


class Totals:
    """Of a store that knows UpdateObjectEncryption, or of one that does not.

    changing: how many objects would be changed; obstacles: by reason why they cannot be.
    """

    def __init__(self) -> None:
        self.changing = 0
        self.obstacles: Dict[str, Obstacle] = {}
        self._groups: Dict[costs.Group, costs.Amount] = {}

    def add(self, facts: Facts, way: Optional[str], reason: str) -> None:
        """One object more. reason: why it has no way."""
        if way is None:
            objects, first = self.obstacles.get(reason, (0, []))
            if len(first) < NAMES:
                first.append(facts.key)
            self.obstacles[reason] = Obstacle(objects + 1, first)
            return
        self.changing += 1
        group = costs.group_of(facts, way)
        self._groups[group] = costs.more(self._groups.get(group, costs.NONE), facts)

    def ways(self) -> Dict[str, Tuple[int, int]]:
        """Way -> how many objects, and how many bytes they have."""
        found: Dict[str, Tuple[int, int]] = {}
        for group, amount in self._groups.items():
            count, size = found.get(group.way, (0, 0))
            found[group.way] = (count + amount.objects, size + amount.size)
        return found

    def cost(self, with_kms: bool, acls: bool) -> costs.Cost:
        """Requests and their price."""
        return costs.of_groups(self._groups, with_kms, acls)
