// The C++ side of bench/size/reference-vs-cpp.ts: hnswlib as a program of its own.
// Arguments: rows.f32 queries.f32 dimension M efConstruction seed k (files of unit vectors, float32).
// Reads a command a line, writes a line of JSON an answer: "build", "search EF".
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "hnswlib/hnswlib.h"

namespace {

std::vector<float> readFloats(const char* path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) {
    std::fprintf(stderr, "cannot read %s\n", path);
    std::exit(1);
  }
  std::vector<float> values(static_cast<size_t>(file.tellg()) / sizeof(float));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(float)));
  return values;
}

double wallMs() {
  using namespace std::chrono;
  return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

double cpuMs() { return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 8) return 2;
  const std::vector<float> rows = readFloats(argv[1]);
  const std::vector<float> queries = readFloats(argv[2]);
  const size_t dimension = std::strtoul(argv[3], nullptr, 10);
  const size_t m = std::strtoul(argv[4], nullptr, 10);
  const size_t efConstruction = std::strtoul(argv[5], nullptr, 10);
  const size_t seed = std::strtoul(argv[6], nullptr, 10);
  const size_t k = std::strtoul(argv[7], nullptr, 10);
  const size_t count = rows.size() / dimension;
  const size_t asked = queries.size() / dimension;

  hnswlib::InnerProductSpace space(dimension);
  hnswlib::HierarchicalNSW<float>* index = nullptr;
  std::string command;
  while (std::cin >> command) {
    if (command == "build") {
      delete index;
      const double wall = wallMs();
      const double cpu = cpuMs();
      index = new hnswlib::HierarchicalNSW<float>(&space, count, m, efConstruction, seed);
      for (size_t row = 0; row < count; row++) index->addPoint(rows.data() + row * dimension, row);
      std::printf("{\"wallMs\":%.3f,\"cpuMs\":%.3f}\n", wallMs() - wall, cpuMs() - cpu);
    } else if (command == "search") {
      size_t efSearch = 0;
      std::cin >> efSearch;
      index->setEf(efSearch);
      std::vector<size_t> found(asked * k);
      const double wall = wallMs();
      for (size_t query = 0; query < asked; query++) {
        auto nearest = index->searchKnn(queries.data() + query * dimension, k);
        for (size_t place = nearest.size(); place-- > 0; nearest.pop()) {
          found[query * k + place] = nearest.top().second;
        }
      }
      const double took = wallMs() - wall;
      std::printf("{\"wallMs\":%.3f,\"found\":[", took);
      for (size_t i = 0; i < found.size(); i++) std::printf(i == 0 ? "%zu" : ",%zu", found[i]);
      std::printf("]}\n");
    } else {
      return 2;
    }
    std::fflush(stdout);
  }
  delete index;
  return 0;
}
