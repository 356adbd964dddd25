"""Names for plain data, and for objects of libraries that have no types.

Must not know: what is in them.
"""

from typing import Any, Callable, Dict, Optional

#: A JSON object.
Json = Dict[str, Any]
#: docs/protocol.md has the shapes of these.
Report = Json
Profile = Json
Arguments = Json
Finding = Json
#: What is wrong with one field: {"field": path, "message": sentence}.
FieldMessage = Dict[str, str]
#: Properties by name, and their desired values, None for absent.
Properties = Dict[str, str]
Desired = Dict[str, Optional[str]]
#: A Java object, or a Java class, through py4j.
Java = Any
#: An object of pyspark: a session, a SparkContext, a class of these.
Pyspark = Any
#: A module of Python.
Module = Any
#: What is called with any arguments.
Function = Callable[..., Any]
#: An argument that nobody has checked yet.
Unchecked = Any
