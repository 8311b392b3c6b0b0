package org.sotdl4j.zoo.checkpoint;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.Unpickler;

/**
 * Unpickles what {@code torch.save} pickled, and nothing else: a class or function that the list
 * here does not name is refused before anything is made of it, and so is an opcode that Python's
 * binary pickles do not need. Dicts keep their order. Of all classes but tensors and dicts only a
 * {@link #OPAQUE} stand-in is made.
 */
final class TorchUnpickler extends Unpickler {

  /** Stands for an object that a model does not need. */
  private static final Object OPAQUE = new Object();

  /** Some 50,000 tensors; it bounds the memory that a hostile pickle can take. */
  private static final int MAX_OPERATIONS = 2_000_000;

  private static final int MAX_NAME = 200;

  private static final int MAX_RANK = 32; // ND4J's

  /** Makes the tensors of the types that came after storages had types: float8, uint16, ... */
  private static final String NEW_TYPES = "torch._utils._rebuild_tensor_v3";

  /** What the library does as it should. */
  private static final Set<Short> LIBRARY =
      Set.of(
          Opcodes.MARK,
          Opcodes.STOP,
          Opcodes.PROTO,
          Opcodes.FRAME,
          Opcodes.NONE,
          Opcodes.NEWTRUE,
          Opcodes.NEWFALSE,
          Opcodes.BININT,
          Opcodes.BININT1,
          Opcodes.BININT2,
          Opcodes.LONG1,
          Opcodes.BINFLOAT,
          Opcodes.SHORT_BINSTRING,
          Opcodes.SHORT_BINBYTES,
          Opcodes.SHORT_BINUNICODE,
          Opcodes.EMPTY_TUPLE,
          Opcodes.TUPLE,
          Opcodes.TUPLE1,
          Opcodes.TUPLE2,
          Opcodes.TUPLE3,
          Opcodes.EMPTY_LIST,
          Opcodes.LIST,
          Opcodes.APPEND,
          Opcodes.BINGET,
          Opcodes.LONG_BINGET,
          Opcodes.BINPUT,
          Opcodes.LONG_BINPUT,
          Opcodes.MEMOIZE,
          Opcodes.BINPERSID,
          Opcodes.REDUCE,
          Opcodes.NEWOBJ);

  private static final Map<String, IObjectConstructor> ALLOWED = allowed();

  private final MappedFile file;
  private final PickleInput pickle;
  private final Map<String, TorchStorage> storages;
  private int operations;

  private TorchUnpickler(MappedFile file, PickleInput pickle, Map<String, TorchStorage> storages) {
    this.file = file;
    this.pickle = pickle;
    this.storages = storages;
  }

  /** The class of a storage, which only a storage's identity may name. */
  private record StorageClass(TensorType type) implements IObjectConstructor {

    @Override
    public Object construct(Object[] args) {
      throw new PickleException("a storage is constructed");
    }
  }

  /**
   * Reads one pickle: maps, lists, {@code Object[]} for tuples, strings, numbers, {@link
   * TorchTensor}.
   *
   * @param storages is told every storage that the pickle names, by its key
   * @throws CheckpointException if the pickle is damaged or names what is not allowed
   */
  static Object load(MappedFile file, PickleInput pickle, Map<String, TorchStorage> storages) {
    try {
      return new TorchUnpickler(file, pickle, storages).load(pickle);
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException | PickleException e) {
      throw file.damaged("its pickle cannot be read (%s)".formatted(e.getMessage()), e);
    } catch (RuntimeException e) { // of casts and indices
      throw file.damaged("its pickle cannot be read (an operation does not suit its arguments)", e);
    }
  }

  private static Map<String, IObjectConstructor> allowed() {
    Map<String, IObjectConstructor> classes = new HashMap<>();
    Map.of(
            "Double", TensorType.F64,
            "Float", TensorType.F32,
            "Half", TensorType.F16,
            "BFloat16", TensorType.BF16,
            "Long", TensorType.I64,
            "Int", TensorType.I32,
            "Short", TensorType.I16,
            "Char", TensorType.I8,
            "Byte", TensorType.U8,
            "Bool", TensorType.BOOL)
        .forEach(
            (name, type) -> classes.put("torch.%sStorage".formatted(name), new StorageClass(type)));
    IObjectConstructor tensor = TorchUnpickler::tensor;
    classes.put("torch._utils._rebuild_tensor", tensor);
    classes.put("torch._utils._rebuild_tensor_v2", tensor);
    classes.put("torch._utils._rebuild_parameter", args -> args[0]);
    classes.put("torch._utils._rebuild_parameter_with_state", args -> args[0]);
    classes.put(
        "torch._tensor._rebuild_from_type_v2", // of a tensor with attributes
        args -> tensor.equals(args[0]) ? tensor(tuple(args[2])) : OPAQUE);
    for (String dict :
        List.of(
            "collections.OrderedDict",
            "collections.defaultdict",
            "collections.Counter",
            "yacs.config.CfgNode")) {
      classes.put(dict, TorchUnpickler::dict);
    }
    opaque().forEach(name -> classes.put(name, _ -> OPAQUE));
    return Map.copyOf(classes);
  }

  /** What settings, optimizers and metrics beside a model are made of. */
  private static Stream<String> opaque() {
    Stream<String> names =
        Stream.of(
            "argparse.Namespace",
            "torch.Size",
            "torch.device",
            "torch.Tensor",
            "torch.nn.parameter.Parameter",
            "torch.nn.parameter.Buffer",
            "_codecs.encode",
            "datetime.date",
            "datetime.datetime",
            "datetime.time",
            "datetime.timedelta",
            "numpy.dtype",
            "numpy.ndarray");
    Stream<String> dtypes =
        Stream.of("float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8")
            .map("torch."::concat);
    Stream<String> moreDtypes = Stream.of("torch.uint8", "torch.bool");
    Stream<String> numpy =
        Stream.of("numpy.core.multiarray.", "numpy._core.multiarray.")
            .flatMap(module -> Stream.of(module + "scalar", module + "_reconstruct"));
    Stream<String> builtins =
        Stream.of("__builtin__.", "builtins.")
            .flatMap(module ->
                Stream.of(
                        "set",
                        "frozenset",
                        "bytearray",
                        "bool",
                        "int",
                        "float",
                        "str",
                        "list",
                        "dict")
                    .map(module::concat));
    Stream<String> paths =
        Stream.of("pathlib.", "pathlib._local.")
            .flatMap(module ->
                Stream.of("Path", "PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath")
                    .map(module::concat));
    return Stream.of(names, dtypes, moreDtypes, numpy, builtins, paths).flatMap(all -> all);
  }

  /** The arguments: storage, offset, shape, strides, and more that concerns gradients. */
  private static TorchTensor tensor(Object[] args) {
    if (args.length > 6 && args[6] instanceof Map<?, ?> flags && !flags.isEmpty()) {
      throw new PickleException("a tensor is negated or conjugated");
    }
    return new TorchTensor(
        (TorchStorage) args[0], integer(args[1]), integers(args[2]), integers(args[3]));
  }

  /** An empty dict: its items follow. */
  private static Map<Object, Object> dict(Object[] args) {
    if (args.length > 0 && args[0] instanceof List) {
      throw new PickleException("a dict is made of a list, as only Python 2 did");
    }
    return new LinkedHashMap<>();
  }

  @Override
  protected Object dispatch(short opcode) throws IOException {
    if (++operations > MAX_OPERATIONS) {
      throw new PickleException("it has more than %d operations".formatted(MAX_OPERATIONS));
    }
    switch (opcode) {
      case Opcodes.GLOBAL -> stack.add(named(line(), line()));
      case Opcodes.STACK_GLOBAL -> {
        String name = (String) stack.pop();
        stack.add(named((String) stack.pop(), name));
      }
      case Opcodes.BUILD -> stack.pop(); // the attributes of a dict, of settings, ...
      case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<>());
      case Opcodes.DICT -> {
        List<Object> items = stack.pop_all_since_marker();
        stack.add(new LinkedHashMap<>());
        putAll(items);
      }
      case Opcodes.SETITEM -> {
        Object value = stack.pop();
        Object key = stack.pop();
        putAll(Arrays.asList(key, value));
      }
      case Opcodes.SETITEMS -> putAll(stack.pop_all_since_marker());
      case Opcodes.APPENDS -> {
        List<Object> items = stack.pop_all_since_marker();
        appendAll(items);
      }
      case Opcodes.EMPTY_SET -> stack.add(OPAQUE);
      case Opcodes.ADDITEMS -> stack.pop_all_since_marker();
      case Opcodes.FROZENSET -> {
        stack.pop_all_since_marker();
        stack.add(OPAQUE);
      }
      case Opcodes.BINSTRING, Opcodes.BINUNICODE, Opcodes.BINBYTES, Opcodes.LONG4 -> {
        pickle.checkCount(Integer.BYTES);
        return super.dispatch(opcode);
      }
      case Opcodes.BINUNICODE8, Opcodes.BINBYTES8, Opcodes.BYTEARRAY8 -> {
        pickle.checkCount(Long.BYTES);
        return super.dispatch(opcode);
      }
      default -> {
        if (!LIBRARY.contains(opcode)) {
          throw new PickleException("PyTorch does not write the opcode %d".formatted(opcode));
        }
        return super.dispatch(opcode);
      }
    }
    return NO_RETURN_VALUE;
  }

  private IObjectConstructor named(String module, String name) {
    String path = module + "." + name;
    if (path.equals(NEW_TYPES)) {
      throw new CheckpointException(
          "%s cannot be read: it holds a tensor of an element type that ND4J lacks, such as float8; convert it to float32 with PyTorch"
              .formatted(file.path()));
    }
    IObjectConstructor constructor = ALLOWED.get(path);
    if (constructor == null) {
      throw new CheckpointException(
          ("%s is refused: it names the Python class or function %s, which no weights need, and"
                  + " nothing of it was unpacked; if you trust the file, save the state_dict alone"
                  + " with PyTorch and take that")
              .formatted(file.path(), MappedFile.printable(path)));
    }
    return constructor;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = pickle.read(); c != '\n'; c = pickle.read()) {
      if (c < 0 || line.length() == MAX_NAME) {
        throw new IOException("a class has no name of at most %d letters".formatted(MAX_NAME));
      }
      line.append((char) c);
    }
    return line.toString();
  }

  @SuppressWarnings("unchecked")
  private void putAll(List<Object> items) {
    if (OPAQUE.equals(stack.peek())) {
      return;
    }
    Map<Object, Object> dict = (Map<Object, Object>) stack.peek();
    for (int i = 0; i < items.size(); i += 2) {
      put(dict, items.get(i), items.get(i + 1));
    }
  }

  /** A list or dict as a key would be hashed with all that it holds, which may be without end. */
  private static void put(Map<Object, Object> dict, Object key, Object value) {
    if (key instanceof Map || key instanceof List) {
      throw new PickleException("a dict has a list or dict for a key");
    }
    dict.put(key, value);
  }

  @SuppressWarnings("unchecked")
  private void appendAll(List<Object> items) {
    if (!OPAQUE.equals(stack.peek())) {
      ((List<Object>) stack.peek()).addAll(items);
    }
  }

  /** A storage by its identity: ("storage", class, key, place, length) and a view, long unused. */
  @Override
  protected Object persistentLoad(Object identity) {
    Object[] parts = tuple(identity);
    if (!"storage".equals(parts[0])) {
      throw new PickleException("an object is no storage but %s".formatted(parts[0]));
    }
    TorchStorage storage =
        new TorchStorage((String) parts[2], ((StorageClass) parts[1]).type(), integer(parts[4]));
    if (parts.length > 5 && parts[5] != null) {
      throw new PickleException("a storage is a part of another");
    }
    TorchStorage known = storages.putIfAbsent(storage.key(), storage);
    if (known != null && !known.equals(storage)) {
      throw new PickleException("a storage has two types or lengths");
    }
    return storage;
  }

  private static Object[] tuple(Object value) {
    return (Object[]) value;
  }

  private static List<Long> integers(Object tuple) {
    Object[] numbers = tuple(tuple);
    if (numbers.length > MAX_RANK) {
      throw new PickleException("a tensor has %d dimensions".formatted(numbers.length));
    }
    return Stream.of(numbers).map(TorchUnpickler::integer).toList();
  }

  private static long integer(Object value) {
    return switch (value) {
      case Integer i -> i;
      case Long l -> l;
      default -> throw new PickleException("a size is no whole number of 64 bits");
    };
  }
}
