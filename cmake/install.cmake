# What `cmake --install` puts where. tests/check_install.py installs into a temporary folder and compares.

# The library for embedding programs. Shared, with only the public names (onedef_*) visible: the tree-sitter that is
# compiled in can then never meet another one in the same process. The commands link the static library instead and
# so need no library path.
add_library(onedef_shared SHARED $<TARGET_OBJECTS:onedef_core> $<TARGET_OBJECTS:onedef_treesitter>)
set_target_properties(onedef_shared PROPERTIES
  OUTPUT_NAME onedef VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR} LINKER_LANGUAGE CXX
  LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/libonedef.map)
target_link_options(onedef_shared PRIVATE -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/libonedef.map)
if(NOT ONEDEF_SANITIZE) # whose functions come from the program that loads the library
  target_link_options(onedef_shared PRIVATE -Wl,--no-undefined)
endif()
target_link_libraries(onedef_shared PRIVATE PkgConfig::GLIB PkgConfig::JANSSON PkgConfig::SQLITE PkgConfig::LIBGIT2
                      PkgConfig::XXHASH PkgConfig::IGRAPH PkgConfig::TOMLPLUSPLUS Threads::Threads m)

# The prefix is found from the file's own place, so that --prefix at installation and DESTDIR both give a true one.
file(RELATIVE_PATH ONEDEF_PC_TO_PREFIX "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
configure_file(cmake/onedef.pc.in ${CMAKE_BINARY_DIR}/onedef.pc @ONLY)

install(TARGETS onedef onedef-draw RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS onedef_shared LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${CMAKE_BINARY_DIR}/onedef.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(DIRECTORY include/onedef DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(DIRECTORY queries DESTINATION ${CMAKE_INSTALL_DATADIR}/onedef FILES_MATCHING PATTERN "*.scm")
install(FILES LICENSE docs/licences.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

file(GLOB man_pages CONFIGURE_DEPENDS man/*.1)
install(FILES ${man_pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
# Each shell looks in a folder of its own and for a name of its own.
install(FILES completions/onedef.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME onedef)
install(FILES completions/_onedef DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES completions/onedef.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
