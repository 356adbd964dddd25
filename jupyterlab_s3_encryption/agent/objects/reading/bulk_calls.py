"""Runs a Java method over many objects inside the JVM, in one call and on many threads, without a jar.

Each call from Python into the JVM costs a fraction of a millisecond and, here, would be several
for each object. Method handles are put together instead, and the JVM does the loop. Must not know:
S3, headers, requests. Source: java.lang.invoke of Java 8 and later.
"""

import json
from typing import Any, Callable, Dict, List, Sequence

from ...shapes import Java, SparkContext
from ...spark import jvm

_OBJECT = "java.lang.Object"
_HANDLE = "java.lang.invoke.MethodHandle"


def of(context: SparkContext) -> "Jvm":
    """The Jvm of a SparkContext, made once."""
    return jvm.handle(context, "Jvm", lambda: Jvm(context))


class _Named:
    """A class by its name; its static methods are looked up once."""

    def __init__(self, found: Java) -> None:
        self._found = found

    def __call__(self, *arguments: object) -> Java:
        return self._found(*arguments)

    def __getattr__(self, name: str) -> Java:
        found: Java = getattr(self._found, name)
        self.__dict__[name] = found
        return found


class Jvm:
    """Classes and method handles of one JVM, each looked up once."""

    def __init__(self, context: SparkContext) -> None:
        self._context = context
        self._names: Dict[str, _Named] = {}
        self._classes: Dict[str, Java] = {}
        self._kept: Dict[str, Java] = {}
        self._arrays = self.named("java.lang.reflect.Array")
        self._handles = self.named("java.lang.invoke.MethodHandles")
        self._proxies = self.named("java.lang.invoke.MethodHandleProxies")
        self._types = self.named("java.lang.invoke.MethodType")
        self._object = self.cls(_OBJECT)
        self._int = self.cls("java.lang.Integer").getField("TYPE").get(None)
        self._mapper = self.named("com.fasterxml.jackson.databind.ObjectMapper")()

    def named(self, name: str) -> _Named:
        """A class by its name, to call its static methods or to make one."""
        if name not in self._names:
            self._names[name] = _Named(jvm.java_class(self._context, name))
        return self._names[name]

    def cls(self, name: str) -> Java:
        """A class by its name, as an object of java.lang.Class."""
        if name not in self._classes:
            self._classes[name] = self.named("java.lang.Class").forName(name)
        return self._classes[name]

    def kept(self, name: str, make: Callable[[], Java]) -> Java:
        """An object that is made once in this JVM."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    def array(self, items: Sequence[object], of: str = _OBJECT) -> Java:
        """A Java array of these objects."""
        made = self._arrays.newInstance(self.cls(of), len(items))
        for number, item in enumerate(items):
            made[number] = item
        return made

    def strings(self, items: List[str]) -> Java:
        """A Java array of these texts, by one call."""
        of = self.cls("[Ljava.lang.String;")
        return self._mapper.readValue(json.dumps(items), of)

    def maker(self, owner: Java, *types: Java) -> Java:
        """The public constructor of a class as a handle."""
        found = owner.getConstructor(self.array(list(types), "java.lang.Class"))
        return self._handles.publicLookup().unreflectConstructor(found)

    def method(self, owner: Java, name: str, *types: Java) -> Java:
        """The public method of a class as a handle; its first argument is the object."""
        found = owner.getMethod(name, self.array(list(types), "java.lang.Class"))
        return self._handles.publicLookup().unreflect(found)

    def bind(self, handle: Java, position: int, value: object) -> Java:
        """The same method with one of its arguments given."""
        return self._handles.insertArguments(handle, position, self.array([value]))

    def then(self, handle: Java, following: Java) -> Java:
        """A method whose result goes through another one."""
        given = self.array([handle.type().returnType()], "java.lang.Class")
        fitting = self._types.methodType(following.type().returnType(), given)
        return self._handles.filterReturnValue(handle, following.asType(fitting))

    def given(self, handle: Java, supplier: Java) -> Java:
        """The same method with its first argument made by another one for each call."""
        return self._handles.collectArguments(handle, 0, supplier)

    def nested(self, handle: Java, position: int, inner: Java) -> Java:
        """The same method with one of its arguments made from the arguments of another method."""
        parameter = handle.type().parameterType(position)
        fitting = inner.asType(inner.type().changeReturnType(parameter))
        return self._handles.collectArguments(handle, position, fitting)

    def put(self, handle: Java, first: Java) -> Java:
        """The same method with its first arguments given, which are an array."""
        return self._handles.insertArguments(handle, 0, first)

    def call(self, handle: Java) -> Java:
        """What a method without arguments gives."""
        return handle.invokeWithArguments(self.array([]))

    def take(self, supplier: Java, count: int) -> Java:
        """An array of what a method without arguments gives, at most `count` times.

        It ends when the method raises NoSuchElementException; raises what else it raises.
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

    def each(self, handle: Java, items: Java, threads: int = 1) -> Java:
        """An array of what a method gives for each object of an array.

        If it raises, the text of what it raised is there instead.
        """
        return self.over(self.safe(handle, 1), [items], threads)

    def safe(self, handle: Java, count: int) -> Java:
        """The same method for `count` objects of any class; what it raises is its answer, as text."""
        throwable = self.cls("java.lang.Throwable")

        def text() -> Java:
            return self.method(throwable, "toString").asType(self._type(throwable))

        loose = handle.asType(self._type(*[self._object] * count))
        return self._handles.catchException(loose, throwable, self.kept("toString", text))

    def over(self, handle: Java, columns: List[Java], threads: int = 1) -> Java:
        """An array of what a `safe` method gives for the first object of each array, the second, ..."""
        length = len(columns[0])
        made = self._arrays.newInstance(self._object, length)
        if not length:
            return made
        getter = self.kept(
            "getter", lambda: self._handles.arrayElementGetter(self.cls("[L%s;" % _OBJECT))
        )
        getters = [getter.bindTo(column) for column in columns]
        one = self._handles.filterArguments(handle, 0, self.array(getters, _HANDLE))
        if len(columns) > 1:
            numbered = self.kept("numbered", lambda: self._type(self._int))
            one = self._handles.permuteArguments(one, numbered, self._zeros(len(columns)))
        if threads == 1:
            self._fill(made, one)
        else:
            self._share(made, one, length, threads)
        return made

    def _zeros(self, count: int) -> Java:
        gateway = self._context._gateway
        name = "zeros %d" % count
        return self.kept(name, lambda: gateway.new_array(self._context._jvm.int, count))

    def data(self, items: Java) -> Any:
        """Java objects as Python's plain data; bytes as base64."""
        return json.loads(str(self._mapper.writeValueAsString(items)))

    def texts(self, items: Java) -> List[str]:
        """What toString says of each object of an array."""
        handle = self.kept("texts", lambda: self.safe(self.method(self._object, "toString"), 1))
        return [str(text) for text in self.data(self.over(handle, [items]))]

    def _fill(self, made: Java, numbered: Java) -> None:
        """made[i] = numbered(i), one after the other."""
        kind = self.cls("java.util.function.IntFunction")
        function = self._proxies.asInterfaceInstance(kind, numbered)
        self.named("java.util.Arrays").setAll(made, function)

    def _share(self, made: Java, numbered: Java, length: int, threads: int) -> None:
        """made[i] = numbered(i), on several threads that are gone afterwards."""
        # Of one element: a plain AtomicInteger would come to Python as a number.
        counter = self.named("java.util.concurrent.atomic.AtomicIntegerArray")(1)
        following = self.kept("following", self._following).bindTo(counter)
        setter = self.kept("setter", self._setter).bindTo(made)
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

    def _following(self) -> Java:
        """From a counter to its next number."""
        counter = self.cls("java.util.concurrent.atomic.AtomicIntegerArray")
        return self.bind(self.method(counter, "getAndIncrement", self._int), 1, 0)

    def _setter(self) -> Java:
        """(array, object, number): puts the object there."""
        setter = self._handles.arrayElementSetter(self.cls("[L%s;" % _OBJECT))
        kinds = [setter.type().parameterType(0), self._object, self._int]
        order = self._context._gateway.new_array(self._context._jvm.int, 3)
        order[0], order[1], order[2] = 0, 2, 1
        void = setter.type().returnType()
        swapped = self._types.methodType(void, self.array(kinds, "java.lang.Class"))
        return self._handles.permuteArguments(setter, swapped, order)

    def _type(self, *types: Java) -> Java:
        """The type of a method of these arguments that gives an object."""
        return self._types.methodType(self._object, self.array(list(types), "java.lang.Class"))

    def _list(self, items: Java) -> Java:
        return self.named("java.util.Arrays").asList(items)
