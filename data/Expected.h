// A value or the reason why there is none. The standard's own comes with C++23.
#pragma once
#include <optional>
#include <utility>
#include <variant>

namespace nnc {

/// `Expected<int, Error> r = parse(text); if (!r) return r.error();`
template <class T, class E> class [[nodiscard]] Expected {
public:
  Expected(T value) : state(std::in_place_index<0>, std::move(value)) {}
  Expected(E error) : state(std::in_place_index<1>, std::move(error)) {}
  explicit operator bool() const { return state.index() == 0; }
  T &operator*() { return *std::get_if<0>(&state); }
  const T &operator*() const { return *std::get_if<0>(&state); }
  T *operator->() { return std::get_if<0>(&state); }
  const T *operator->() const { return std::get_if<0>(&state); }
  E &error() { return *std::get_if<1>(&state); }
  const E &error() const { return *std::get_if<1>(&state); }

private:
  std::variant<T, E> state;
};

} // namespace nnc
