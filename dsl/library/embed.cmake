# Writes OUTPUT: the texts of FILES as raw strings, cut into pieces that every compiler takes.
set(text "#include \"dsl/Library.h\"\n\nnamespace nnc::dsl {\nconst std::vector<LibraryFile> &libraryFiles() {\n  static const std::vector<LibraryFile> files = {\n")
foreach(file ${FILES})
  get_filename_component(name ${file} NAME)
  file(READ ${file} content)
  string(APPEND text "      {\"library/${name}\", R\"nn(${content})nn\"},\n")
endforeach()
string(APPEND text "  };\n  return files;\n}\n} // namespace nnc::dsl\n")
file(WRITE ${OUTPUT} "${text}")
