"""Runs a Java method over many objects inside the JVM, in one call and on many threads, without a jar.

Each call from Python into the JVM costs a fraction of a millisecond and, here, would be several
for each object. Method handles are put together instead, and the JVM does the loop. Must not know:
S3, headers, requests. Source: java.lang.invoke of Java 8 and later.
"""

import json
from typing import Any, List

from . import sessions

_OBJECT = "java.lang.Object"


class Jvm:
    """What is looked up once for a SparkContext."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._arrays = self.named("java.lang.reflect.Array")
        self._handles = self.named("java.lang.invoke.MethodHandles")
        self._proxies = self.named("java.lang.invoke.MethodHandleProxies")
        self._types = self.named("java.lang.invoke.MethodType")
        self._object = self.cls(_OBJECT)
        self._int = self.cls("java.lang.Integer").getField("TYPE").get(None)
        self._mapper = self.named("com.fasterxml.jackson.databind.ObjectMapper")()

    def named(self, name: str) -> Any:
        """A class by its name, to call its static methods or to make one."""
        return sessions.java_class(self._context, name)

    def cls(self, name: str) -> Any:
        """A class by its name, as an object of java.lang.Class."""
        return self.named("java.lang.Class").forName(name)

    def array(self, items: List[Any], of: str = _OBJECT) -> Any:
        """A Java array of these objects."""
        made = self._arrays.newInstance(self.cls(of), len(items))
        for number, item in enumerate(items):
            made[number] = item
        return made

    def strings(self, items: List[str]) -> Any:
        """A Java array of these texts, by one call."""
        of = self.cls("[Ljava.lang.String;")
        return self._mapper.readValue(json.dumps(items), of)

    def maker(self, owner: Any, *types: Any) -> Any:
        """The public constructor of a class as a handle."""
        found = owner.getConstructor(self.array(list(types), "java.lang.Class"))
        return self._handles.publicLookup().unreflectConstructor(found)

    def method(self, owner: Any, name: str, *types: Any) -> Any:
        """The public method of a class as a handle; its first argument is the object."""
        found = owner.getMethod(name, self.array(list(types), "java.lang.Class"))
        return self._handles.publicLookup().unreflect(found)

    def bind(self, handle: Any, position: int, value: Any) -> Any:
        """The same method with one of its arguments given."""
        return self._handles.insertArguments(handle, position, self.array([value]))

    def then(self, handle: Any, following: Any) -> Any:
        """A method whose result goes through another one."""
        given = self.array([handle.type().returnType()], "java.lang.Class")
        fitting = self._types.methodType(following.type().returnType(), given)
        return self._handles.filterReturnValue(handle, following.asType(fitting))

    def given(self, handle: Any, supplier: Any) -> Any:
        """The same method with its first argument made anew for each call."""
        return self._handles.collectArguments(handle, 0, supplier)

    def call(self, handle: Any) -> Any:
        """What a method without arguments gives."""
        return handle.invokeWithArguments(self.array([]))

    def take(self, supplier: Any, count: int) -> Any:
        """An array of what a method without arguments gives, at most `count` times.

        It ends where the method raises NoSuchElementException; raises what else it raises.
        """
        end = self.cls("java.util.NoSuchElementException")
        nothing = self._handles.dropArguments(
            self._handles.constant(self._object, None), 0, self.array([end], "java.lang.Class")
        )
        safe = self._handles.catchException(supplier.asType(self._type()), end, nothing)
        numbered = self._handles.dropArguments(safe, 0, self.array([self._int], "java.lang.Class"))
        made = self._arrays.newInstance(self._object, count)
        self._fill(made, numbered)
        found = count - int(self.named("java.util.Collections").frequency(self._list(made), None))
        return made if found == count else self.named("java.util.Arrays").copyOf(made, found)

    def each(self, handle: Any, items: Any, threads: int = 1) -> Any:
        """An array of what a method gives for each object of an array.

        Where it raises, the text of what it raised stands instead.
        """
        length = len(items)
        made = self._arrays.newInstance(self._object, length)
        getter = self._handles.arrayElementGetter(made.getClass()).bindTo(items)
        told = self.method(self.cls("java.lang.Throwable"), "toString")
        throwable = self.cls("java.lang.Throwable")
        one = self._handles.catchException(
            self.then(getter, handle).asType(self._type(self._int)),
            throwable,
            told.asType(self._type(throwable)),
        )
        if threads == 1:
            self._fill(made, one)
        elif length:
            self._share(made, one, length, threads)
        return made

    def data(self, items: Any) -> Any:
        """Java objects as Python's plain data; bytes as base64."""
        return json.loads(self._mapper.writeValueAsString(items))

    def texts(self, items: Any) -> List[str]:
        """What toString says of each object of an array."""
        found = self.data(self.each(self.method(self._object, "toString"), items))
        return [str(text) for text in found]

    def _fill(self, made: Any, numbered: Any) -> None:
        """made[i] = numbered(i), one after the other."""
        kind = self.cls("java.util.function.IntFunction")
        function = self._proxies.asInterfaceInstance(kind, numbered)
        self.named("java.util.Arrays").setAll(made, function)

    def _share(self, made: Any, numbered: Any, length: int, threads: int) -> None:
        """made[i] = numbered(i), on several threads that are gone afterwards."""
        # Of one element: a plain AtomicInteger would come to Python as a number.
        counter = self.named("java.util.concurrent.atomic.AtomicIntegerArray")(1)
        following = self.method(counter.getClass(), "getAndIncrement", self._int)
        following = self.bind(following.bindTo(counter), 0, 0)
        setter = self._handles.arrayElementSetter(made.getClass()).bindTo(made)
        void = setter.type().returnType()
        swapped = self._context._gateway.new_array(self._context._jvm.int, 2)
        swapped[0], swapped[1] = 1, 0
        setter = self._handles.permuteArguments(
            setter,
            self._types.methodType(void, self.array([self._object, self._int], "java.lang.Class")),
            swapped,
        )
        step = self._handles.collectArguments(
            self._handles.foldArguments(setter, numbered), 0, following
        )
        task = self._proxies.asInterfaceInstance(
            self.cls("java.util.concurrent.Callable"), step.asType(self._type())
        )
        pool = self.named("java.util.concurrent.Executors").newFixedThreadPool(threads)
        try:
            pool.invokeAll(self.named("java.util.Collections").nCopies(length, task))
        finally:
            pool.shutdown()

    def _type(self, *types: Any) -> Any:
        """The type of a method of these arguments that gives an object."""
        return self._types.methodType(self._object, self.array(list(types), "java.lang.Class"))

    def _list(self, items: Any) -> Any:
        return self.named("java.util.Arrays").asList(items)


def leave_thread(context: Any) -> None:
    """Closes this thread's own connection to the JVM, so that both ends of the thread are gone.

    Source: pyspark.util.InheritableThread, which does the same. Never raises.
    """
    try:
        client = context._gateway._gateway_client
        connection = client.get_thread_connection()
        if connection is not None:
            if connection in client.deque:
                client.deque.remove(connection)
            connection.close()
    except Exception:  # noqa: BLE001 - threads share connections there: nothing of ours is left
        return
