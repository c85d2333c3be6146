// The places that a plan touches: what is found to meet is what meets pair by pair.
#include "compiler/Transforms/PlanPlaces.h"
#include <gtest/gtest.h>
#include <random>

using namespace nnc;

namespace {

Source placeAt(int64_t begin, std::vector<Box::Dim> dims, const void *owner = nullptr) {
  Source at;
  at.box.begin = begin;
  at.box.element = 4;
  at.box.dims.assign(dims.begin(), dims.end());
  at.always = at.box;
  at.owner = owner;
  return at;
}

std::vector<unsigned> met(const Places &places, const Source &at) {
  std::vector<unsigned> found;
  for (unsigned id = 0; id < places.size(); ++id)
    if (places[id].overlaps(at))
      found.push_back(id);
  return found;
}

void expectAll(Places &places) {
  places.sort();
  for (unsigned id = 0; id < places.size(); ++id)
    EXPECT_EQ(places.meeting(places[id]), met(places, places[id])) << "place " << id;
}

} // namespace

// Columns of a buffer of 8 columns; the first bytes of all but the last lie in the range of the first.
TEST(Places, ColumnsOfOneBuffer) {
  Places places;
  auto columns = [&](int64_t first, int64_t count) { return placeAt(4 * first, {{4, 32}, {count, 4}}); };
  unsigned wide = places.idOf(columns(0, 4)), nested = places.idOf(columns(1, 2)),
           sameStart = places.idOf(columns(0, 1)), touching = places.idOf(columns(4, 2)),
           last = places.idOf(columns(6, 2)), all = places.idOf(columns(0, 8));
  expectAll(places);
  EXPECT_EQ(places.meeting(places[wide]), (std::vector{wide, nested, sameStart, all}));
  EXPECT_EQ(places.meeting(places[nested]), (std::vector{wide, nested, all}));
  EXPECT_EQ(places.meeting(places[touching]), (std::vector{touching, all}));
  EXPECT_EQ(places.meeting(places[last]), (std::vector{last, all}));
}

// The columns of a buffer that does not begin where a row of the numbers from 0 on does: the last ones run over it.
TEST(Places, RowsThatBeginAnywhere) {
  Places places;
  unsigned first = places.idOf(placeAt(52, {{4, 32}, {3, 4}})), second = places.idOf(placeAt(64, {{4, 32}, {5, 4}}));
  expectAll(places);
  EXPECT_EQ(places.meeting(places[first]), std::vector{first});
  EXPECT_EQ(places.meeting(places[second]), std::vector{second});
  EXPECT_EQ(places.meeting(placeAt(80, {{4, 32}, {2, 4}})), (std::vector{first, second}));
}

TEST(Places, AsPairByPair) {
  std::mt19937 random(7);
  auto upTo = [&](int64_t most) { return int64_t(random() % (most + 1)); };
  int stack = 0;
  for (int round = 0; round < 300; ++round) {
    Places places;
    for (int64_t count = 1 + upTo(40); count > 0; --count) {
      std::vector<Box::Dim> dims;
      int64_t stride = 4;
      for (int64_t rank = upTo(3); rank > 0; --rank) {
        int64_t size = upTo(4), room = size + upTo(2) * upTo(4);
        dims.insert(dims.begin(), {size, stride});
        stride *= std::max<int64_t>(room, 1);
      }
      Source at = placeAt(4 * upTo(60), dims, upTo(9) == 0 ? &stack : nullptr);
      at.always.block = at.box.block = upTo(1) ? Box::Workspace : Box::Output;
      if (at.owner)
        at.always.dims.push_back({3, stride});
      places.idOf(at);
    }
    expectAll(places);
  }
}
