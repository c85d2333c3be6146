// The safetensors reader on sound, damaged and hostile files; atomic writing under failing system calls.
#include "runtime/checkpoint/Safetensors.h"
#include "runtime/abi/nnc_abi.h"
#include "gtest/gtest.h"
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

using namespace nnc::rt;
namespace fs = std::filesystem;

namespace {

std::string withHeader(const std::string &header, const std::string &data = "") {
  uint64_t length = header.size();
  return std::string(reinterpret_cast<const char *>(&length), 8) + header + data;
}

std::string sample() {
  static const float weight[6] = {1, 2, 3, 4, 5, 6};
  static const double mean[2] = {0.5, -1};
  static const int64_t label[1] = {2};
  SafetensorsWriter writer;
  writer.note("format", "nnc");
  writer.add("fc.weight", NNC_F32, {2, 3}, weight);
  writer.add("data.x.mean", NNC_F64, {2}, mean);
  writer.add("y", NNC_I64, {}, label);
  writer.add("none", NNC_F32, {0, 4}, nullptr);
  return writer.serialise();
}

TEST(Safetensors, RoundTrips) {
  Result<Safetensors> file = Safetensors::parse("t", sample());
  ASSERT_TRUE(bool(file)) << file.error().text;
  EXPECT_EQ(file->tensors().size(), 4u);
  EXPECT_EQ(file->metadata().at("format"), "nnc");
  const StoredTensor *weight = file->find("fc.weight");
  ASSERT_NE(weight, nullptr);
  EXPECT_EQ(weight->type, "F32");
  EXPECT_EQ(weight->shape, (std::vector<int64_t>{2, 3}));
  float values[6];
  std::string why;
  ASSERT_TRUE(convertStored(*file, *weight, NNC_F32, values, why));
  EXPECT_EQ(values[5], 6.0f);
  EXPECT_EQ(file->find("fc.bias"), nullptr);
}

TEST(Safetensors, Converts) {
  Result<Safetensors> file = Safetensors::parse("t", sample());
  ASSERT_TRUE(bool(file));
  std::string why;
  double wide[6];
  EXPECT_TRUE(convertStored(*file, *file->find("fc.weight"), NNC_F64, wide, why));
  EXPECT_EQ(wide[1], 2.0);
  int32_t label;
  EXPECT_TRUE(convertStored(*file, *file->find("y"), NNC_I32, &label, why));
  EXPECT_EQ(label, 2);
  uint8_t boolean;
  EXPECT_FALSE(convertStored(*file, *file->find("y"), NNC_BOOL, &boolean, why));
  EXPECT_FALSE(convertStored(*file, *file->find("y"), NNC_F32, &label, why));
  EXPECT_EQ(why, "is I64, it must be F32");
}

/// The corners of the formats; every value is read by test/runtime/half-weights.test.
TEST(Safetensors, ConvertsHalvesExactly) {
  const uint16_t halves[] = {0x0001, 0x03ff, 0x0400, 0x7bff, 0x8000, 0xfc00, 0x3555, 0x7e01};
  const float values[] = {0x1p-24f, 0x1.ff8p-15f, 0x1p-14f, 65504, -0.0f, -INFINITY, 0x1.554p-2f, NAN};
  const uint16_t bfloats[] = {0x0001, 0x007f, 0x0080, 0x7f7f, 0x8000, 0xff80, 0x3eab, 0x7fc1};
  const float others[] = {0x1p-133f, 0x1.fcp-127f, 0x1p-126f, 0x1.fep127f, -0.0f, -INFINITY, 0x1.56p-2f, NAN};
  std::string header = R"({"a":{"dtype":"F16","shape":[8],"data_offsets":[0,16]},)"
                       R"("b":{"dtype":"BF16","shape":[8],"data_offsets":[16,32]}})";
  std::string data(32, 0);
  memcpy(data.data(), halves, 16);
  memcpy(data.data() + 16, bfloats, 16);
  Result<Safetensors> file = Safetensors::parse("t", withHeader(header, data));
  ASSERT_TRUE(bool(file)) << file.error().text;
  auto expectSame = [](double got, double want) {
    EXPECT_TRUE(std::isnan(want) ? std::isnan(got) : got == want && std::signbit(got) == std::signbit(want)) << want;
  };
  for (auto [name, wanted] : {std::pair("a", values), std::pair("b", others)}) {
    float narrow[8];
    double wide[8];
    std::string why;
    ASSERT_TRUE(convertStored(*file, *file->find(name), NNC_F32, narrow, why)) << why;
    ASSERT_TRUE(convertStored(*file, *file->find(name), NNC_F64, wide, why)) << why;
    for (int i = 0; i < 8; ++i) {
      expectSame(narrow[i], wanted[i]);
      expectSame(wide[i], wanted[i]);
    }
  }
  int32_t whole[8];
  std::string why;
  EXPECT_FALSE(convertStored(*file, *file->find("a"), NNC_I32, whole, why));
  EXPECT_EQ(why, "is F16, it must be I32");
}

TEST(Safetensors, IntegersMustFit) {
  std::string bytes(8, '\0');
  bytes[5] = 1; // 2^40
  Result<Safetensors> file =
      Safetensors::parse("t", withHeader(R"({"y":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}})", bytes));
  ASSERT_TRUE(bool(file));
  int32_t label;
  std::string why;
  EXPECT_FALSE(convertStored(*file, *file->find("y"), NNC_I32, &label, why));
  EXPECT_EQ(why, "holds 1099511627776, which its type cannot hold");
}

TEST(Safetensors, RefusesHostileHeaders) {
  const std::string data(16, 'x');
  auto tensor = [](const std::string &shape, const std::string &range) {
    return R"({"a":{"dtype":"F32","shape":)" + shape + R"(,"data_offsets":)" + range + "}}";
  };
  const std::string files[] = {
      "",
      "1234567",
      withHeader(""),
      withHeader(" {}"),
      withHeader("[]"),
      withHeader("{}", "x"),
      withHeader("{"),
      withHeader(tensor("[4]", "[0,16]"), data + "x"),
      withHeader(tensor("[4]", "[0,16]"), data.substr(1)),
      withHeader(tensor("[4]", "[4,20]"), data + "xxxx"),
      withHeader(tensor("[4]", "[16,0]"), data),
      withHeader(tensor("[5]", "[0,16]"), data),
      withHeader(tensor("[-4]", "[0,16]"), data),
      withHeader(tensor("[4.0]", "[0,16]"), data),
      withHeader(tensor("[4611686018427387904,4]", "[0,16]"), data),
      withHeader(tensor("[4294967296,4294967296]", "[0,0]"), ""),
      withHeader(tensor("[9223372036854775807,2]", "[0,16]"), data),
      withHeader(tensor("[18446744073709551616]", "[0,16]"), data),
      withHeader(tensor("\"4\"", "[0,16]"), data),
      withHeader(tensor("[4]", "[0,16,32]"), data),
      withHeader(tensor("[4]", "null"), data),
      withHeader(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16],"extra":1}})", data),
      withHeader(R"({"a":{"dtype":"X9","shape":[4],"data_offsets":[0,16]}})", data),
      withHeader(R"({"a":{"dtype":"F32","shape":[4]}})", data),
      withHeader(R"({"a":3})", data),
      withHeader(R"({"__metadata__":{"k":1}})"),
      withHeader(R"({"__metadata__":[]})"),
      // The same name twice, and two tensors over the same bytes.
      withHeader(
          R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})",
          data),
      withHeader(
          R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})",
          data),
      withHeader(
          R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})",
          data),
      withHeader("{\"a\":" + std::string(200, '[') + std::string(200, ']') + "}"),
      std::string("\xff\xff\xff\xff\xff\xff\xff\xff{}", 10),
      std::string("\x00\xe1\xf5\x05\x00\x00\x00\x00{}", 10), // a header of 100 MB in a file of 10 bytes
  };
  for (const std::string &bytes : files) {
    Result<Safetensors> file = Safetensors::parse("t", bytes);
    ASSERT_FALSE(bool(file)) << bytes;
    EXPECT_EQ(file.error().code, nnc::support::ExitDoesNotFit);
  }
}

TEST(Safetensors, RefusesEveryTruncation) {
  const std::string whole = sample();
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(bool(Safetensors::parse("t", whole.substr(0, length)))) << length;
}

/// A flipped bit gives an error or tensors that lie inside the file.
TEST(Safetensors, SurvivesFlippedBits) {
  const std::string whole = sample();
  int accepted = 0;
  for (size_t i = 0; i < whole.size() * 8; ++i) {
    std::string flipped = whole;
    flipped[i / 8] = char(flipped[i / 8] ^ (1 << i % 8));
    Result<Safetensors> file = Safetensors::parse("t", flipped);
    if (!file)
      continue;
    ++accepted;
    for (const StoredTensor &tensor : file->tensors()) {
      std::vector<double> out(tensor.elements());
      std::string why;
      convertStored(*file, tensor, NNC_F64, out.data(), why);
    }
  }
  EXPECT_GT(accepted, 300); // the flips in the data, at least
}

// ---- Atomic writing -----------------------------------------------------------------------------------------------

int failAt = 0, calls = 0, failWith = 0;
bool failing() { return ++calls == failAt; }

const FileCalls faulty = {
    [](const char *path, int flags, mode_t mode) {
      if (failing()) {
        errno = failWith;
        return -1;
      }
      return systemCalls().open(path, flags, mode);
    },
    [](int descriptor, const void *bytes, size_t count) -> ssize_t {
      if (failing()) {
        errno = failWith;
        return -1;
      }
      return systemCalls().write(descriptor, bytes, count > 3 ? 3 : count); // short counts all the way
    },
    [](int descriptor) {
      if (failing()) {
        errno = failWith;
        return -1;
      }
      return systemCalls().fsync(descriptor);
    },
    [](int descriptor) {
      int result = systemCalls().close(descriptor);
      if (failing()) {
        errno = failWith;
        return -1;
      }
      return result;
    },
    [](const char *from, const char *to) {
      if (failing()) {
        errno = failWith;
        return -1;
      }
      return systemCalls().rename(from, to);
    },
};

std::string contents(const fs::path &path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class AtomicFileTest : public testing::Test {
protected:
  void SetUp() override {
    char name[] = "/tmp/nnc-atomic-XXXXXX";
    folder = mkdtemp(name);
  }
  void TearDown() override { fs::remove_all(folder); }
  fs::path folder;
};

/// The k-th call fails, for k = 1, 2, … until the save succeeds: each time there is the old file or the new one, whole,
/// and nothing beside it.
TEST_F(AtomicFileTest, OldOrNewWhateverFails) {
  fs::path path = folder / "last.safetensors";
  for (int error : {ENOSPC, EIO, EINTR}) {
    bool succeeded = false;
    for (failAt = 1; !succeeded && failAt < 100; ++failAt) {
      std::ofstream(path) << "the old file";
      calls = 0;
      failWith = error;
      succeeded = !writeAtomically(path, {"the new ", "file, longer"}, faulty) && calls < failAt;
      std::string now = contents(path);
      EXPECT_TRUE(now == "the old file" || now == "the new file, longer") << now;
      EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1) << "call " << failAt;
    }
    EXPECT_TRUE(succeeded);
    EXPECT_EQ(contents(path), "the new file, longer");
  }
}

/// A device is written to, never replaced by a file of its name.
TEST_F(AtomicFileTest, LeavesDevicesInPlace) {
  fs::path full = folder / "full";
  fs::create_symlink("/dev/full", full);
  Status failed = writeAtomically(full, {"x"});
  ASSERT_TRUE(failed.has_value());
  EXPECT_EQ(failed->code, nnc::support::ExitMissing);
  EXPECT_TRUE(fs::is_symlink(full));
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(AtomicFileTest, SaysWhenTheFolderIsMissing) {
  Status failed = writeAtomically(folder / "no" / "file", {"x"});
  ASSERT_TRUE(failed.has_value());
  EXPECT_EQ(failed->code, nnc::support::ExitMissing);
}

} // namespace
