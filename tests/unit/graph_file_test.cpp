#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "sim/core/errors.hpp"
#include "sim/graph/generators.hpp"
#include "sim/graph/graph_file.hpp"

namespace {

using namespace kindred;
using namespace kindred::graph;

/// An empty folder that goes away with the test.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kindred-graph-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path); }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path / name, std::ios::binary) << text;
    return (path / name).string();
  }
};

/// What is said about a file, with its folder cut off.
std::string complaint(const Folder& folder, const std::string& path,
                      std::int64_t largest = largest_graph_file) {
  std::string text;
  try {
    read_graph_file(path, largest);
    return "accepted";
  } catch (const ConfigError& error) {
    text = error.what();
  }
  const std::string prefix = folder.path.string() + "/";
  for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
    text.erase(at, prefix.size());
  }
  return text;
}

std::string csv_complaint(const std::string& text) {
  const Folder folder;
  return complaint(folder, folder.file("n.csv", text));
}

std::string xml_complaint(const std::string& inside) {
  const Folder folder;
  return complaint(folder, folder.file("n.graphml", "<graphml>\n" + inside + "\n</graphml>\n"));
}

const std::string triangle_nodes = "<node id='a'/><node id='b'/><node id='c'/>";

}  // namespace

TEST_CASE("whole numbers as labels are put in ascending order, words in order of appearance") {
  const Folder folder;
  const GraphFile numbers = read_graph_file(folder.file("a.csv", "tail,head\n10,9\n9,-1\n"));
  CHECK(numbers.labels == std::vector<std::string>{"-1", "9", "10"});
  CHECK(numbers.graph == from_edges(3, {{2, 1}, {1, 0}}));
  const GraphFile words = read_graph_file(folder.file("b.csv", "tail,head\n10,9\n9,x\n"));
  CHECK(words.labels == std::vector<std::string>{"10", "9", "x"});
  CHECK(words.graph == from_edges(3, {{0, 1}, {1, 2}}));
  const GraphFile padded = read_graph_file(folder.file("c.csv", "tail,head\n7,07\n"));
  CHECK(padded.labels == std::vector<std::string>{"7", "07"});
}

TEST_CASE("comments, quotes, blanks, line ends and other columns are read past") {
  const Folder folder;
  const GraphFile file =
      read_graph_file(folder.file("n.csv", "\xEF\xBB\xBF# who\r\n\r\nweight,source,target\r\n"
                                           "1, \"Ann, \"\"A\"\"\" ,Bo\r\n# end"));
  CHECK(file.labels == std::vector<std::string>{"Ann, \"A\"", "Bo"});
  CHECK(ties_of(file.graph) == 1);
  REQUIRE(file.notes.size() == 1);
  CHECK(file.notes[0].ends_with("n.csv: column 'weight' is not used"));
}

TEST_CASE("a persons file brings attributes and persons without ties") {
  const Folder folder;
  folder.file("n.persons.csv", "age,person,sex\n30,3,1\n41.5,1,0\n22,2,1\n");
  const GraphFile file = read_graph_file(folder.file("n.csv", "tail,head\n3,1\n"));
  CHECK(file.labels == std::vector<std::string>{"1", "2", "3"});
  CHECK(file.graph == from_edges(3, {{0, 2}}));
  CHECK(file.attributes.at("age") == std::vector<float>{41.5F, 22, 30});
  CHECK(file.attributes.at("sex") == std::vector<float>{0, 1, 1});
}

TEST_CASE("every problem of an edge list is listed with its line") {
  CHECK(csv_complaint("# c\ntail,head\n1,2\n3,3\n2,1\n4\n5,\n6,7,8\n\"9,1\n") ==
        "n.csv:4:1: '3' is tied to itself\n"
        "n.csv:5:1: the tie of '1' and '2' was already given in line 3 (ties have no direction)\n"
        "n.csv:6:1: 1 fields where the header names 2\n"
        "n.csv:7:1: an end of the tie is empty\n"
        "n.csv:8:1: 3 fields where the header names 2\n"
        "n.csv:9:1: a quote is not closed, or text follows it");
  CHECK(csv_complaint("a,b\n1,2\n") ==
        "n.csv:1:1: the columns tail,head or source,target are missing; the header names a,b");
  CHECK(csv_complaint("tail,tail,head\n") == "n.csv:1:1: column 'tail' occurs twice");
  CHECK(csv_complaint("") == "n.csv: is empty; its first line should name the columns tail,head");
  CHECK(csv_complaint("tail,head\n# none\n") == "n.csv: holds no ties");
  CHECK(csv_complaint("tail,head\n1,2\n") == "accepted");
}

TEST_CASE("twenty problems are listed, the others counted") {
  std::string text = "tail,head\n";
  for (int i = 0; i < 53; ++i) text += "1,1\n";
  const std::string said = csv_complaint(text);
  CHECK(said.ends_with("n.csv:21:1: '1' is tied to itself\nn.csv: and 33 more problems"));
}

TEST_CASE("every problem of a persons file is listed with its line") {
  const Folder folder;
  folder.file("n.persons.csv", "person,age\n1,old\n2,nan\n1,30\n3,\n");
  CHECK(complaint(folder, folder.file("n.csv", "tail,head\n1,2\n1,9\n")) ==
        "n.csv:3:1: '9' is not in the persons file\n"
        "n.persons.csv:2:1: age: 'old' is not a number\n"
        "n.persons.csv:3:1: age: 'nan' is not a number\n"
        "n.persons.csv:4:1: person '1' was already given\n"
        "n.persons.csv:5:1: age: '' is not a number");
  folder.file("n.persons.csv", "name,age\n1,30\n");
  CHECK(complaint(folder, (folder.path / "n.csv").string()) ==
        "n.persons.csv:1:1: the column person is missing; the header names name,age");
}

TEST_CASE("a file that is too large, unreadable or of another kind is refused by name") {
  const Folder folder;
  CHECK(complaint(folder, folder.file("n.csv", "tail,head\n1,2\n"), 5) ==
        "n.csv: is too large: 14 bytes are above the limit of 5");
  CHECK(complaint(folder, folder.file("n.xlsx", "?")) ==
        "n.xlsx: a network is read from .csv or .graphml, not from '.xlsx'");
  CHECK_THROWS_AS(read_graph_file((folder.path / "absent.csv").string()), IoError);
  CHECK_THROWS_AS(read_graph_file(folder.path.string() + "/."), ConfigError);
}

TEST_CASE("GraphML gives nodes, ties and numeric attributes") {
  const Folder folder;
  const GraphFile file = read_graph_file(folder.file("n.graphml", R"(<?xml version="1.0" encoding="UTF-8"?>
<!-- three people -->
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d0" for="node" attr.name="age" attr.type="double"><default>40</default></key>
  <key id="d1" for="node" attr.name="nickname" attr.type="string"/>
  <key id="d2" for="edge" attr.name="weight" attr.type="double"/>
  <key id="d3" for="node" attr.name="member" attr.type="boolean"/>
  <graph id="G" edgedefault="undirected">
    <edge source="B&amp;C" target="a"><data key="d2">2.5</data></edge>
    <node id="a"><data key="d0"> 31.5 </data><data key="d1"><![CDATA[<A>]]></data>
      <data key="d3">true</data></node>
    <node id="B&#38;C"><data key="d3">false</data></node>
    <node id='&#xE9;'><data key="d3">1</data></node>
  </graph>
</graphml>)"));
  CHECK(file.labels == std::vector<std::string>{"a", "B&C", "\xC3\xA9"});
  CHECK(file.graph == from_edges(3, {{0, 1}}));
  CHECK(file.attributes.at("age") == std::vector<float>{31.5F, 40, 40});
  CHECK(file.attributes.at("member") == std::vector<float>{1, 0, 1});
  CHECK(file.attributes.size() == 2);
  CHECK(file.notes.size() == 2);
}

TEST_CASE("every problem of a GraphML file is listed with its line") {
  CHECK(xml_complaint("<key id='k' for='node' attr.name='age' attr.type='int'/>\n"
                      "<graph edgedefault='directed'>\n"
                      "<node id='a'><data key='k'>young</data></node>\n<node id='b'/>\n<node id='a'/>\n"
                      "<edge source='a' target='b'/><edge source='b' target='a'/>\n"
                      "<edge source='a' target='z'/>\n"
                      "<edge source='a' target='a'/><edge source='a'/><hyperedge/>\n</graph>") ==
        "n.graphml:3:1: edgedefault is 'directed', but acquaintance is mutual: 'undirected' is read\n"
        "n.graphml:4:1: age: 'young' is not a number\n"
        "n.graphml:5:1: node 'b' has no age, and its key no default\n"
        "n.graphml:6:1: node 'a' was already given\n"
        "n.graphml:7:1: the tie of 'a' and 'b' was already given in line 7 (ties have no direction)\n"
        "n.graphml:8:1: there is no node 'z'\n"
        "n.graphml:9:1: <edge> has no 'target'\n"
        "n.graphml:9:1: a hyperedge is not a tie between two persons\n"
        "n.graphml:9:1: 'a' is tied to itself");
  CHECK(xml_complaint("<graph>" + triangle_nodes + "<edge source='a' target='b'/></graph>") == "accepted");
}

TEST_CASE("text that is not XML is refused with its line") {
  CHECK(xml_complaint("<graph>\n</node>") == "n.graphml:3:1: </node> closes <graph>");
  CHECK(xml_complaint("<graph") == "n.graphml:3:1: a name is missing");
  CHECK(xml_complaint("<graph a=b/>") == "n.graphml:2:1: attribute 'a' is not quoted");
  CHECK(xml_complaint("<graph a='1' a='2'/>") == "n.graphml:2:1: attribute 'a' occurs twice");
  CHECK(xml_complaint("&nbsp;") == "n.graphml:2:1: the entity &nbsp; is not known");
  CHECK(xml_complaint("<!DOCTYPE x [<!ENTITY y 'yyyy'>]>") ==
        "n.graphml:2:1: a document type declaration is not read");
  CHECK(xml_complaint("<graph>") == "n.graphml:3:1: </graphml> closes <graph>");
  const Folder folder;
  CHECK(complaint(folder, folder.file("n.graphml", "<graphml>\n<!--")) ==
        "n.graphml:2:1: a comment is not closed by -->");
  CHECK(complaint(folder, folder.file("n.graphml", " \n")) ==
        "n.graphml: is empty; a <graphml> document is expected");
  CHECK(complaint(folder, folder.file("n.graphml", "<gexf/>")) ==
        "n.graphml:1:1: the file starts with <gexf>, not with <graphml>");
}

TEST_CASE("a network file must hold the society's persons, or says how many there are") {
  const Folder folder;
  NetworkPlan plan;
  plan.kind = NetworkPlan::Kind::file;
  plan.path = folder.file("n.csv", "tail,head\n1,2\n2,3\n");
  CHECK(persons_of(make(plan, 0, {1, 2})) == 3);
  CHECK(make(plan, 3, {1, 2}) == make(plan, 0, {9, 9}));
  CHECK_THROWS_AS(make(plan, 4, {1, 2}), ConfigError);
}
