# What every target of ours is compiled with, and the shape of our libraries.

function(left4me_target_options target)
    target_compile_options(${target} PRIVATE
        -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
        -Woverloaded-virtual -Wold-style-cast -Wcast-qual -Wformat=2 -Wimplicit-fallthrough
        # GCC 12 sees overlapping copies in the string operations of its own library (GCC bug 105651).
        $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
        $<$<BOOL:${LEFT4ME_WARNINGS_AS_ERRORS}>:-Werror>)
    if(LEFT4ME_FUZZ)
        target_compile_options(${target} PRIVATE
            -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
            -fno-omit-frame-pointer)
        target_link_options(${target} PRIVATE -fsanitize=fuzzer-no-link,address,undefined)
    elseif(LEFT4ME_SANITIZE)
        target_compile_options(${target} PRIVATE
            -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
        # Static: the programs run in machines too, which have no runtime of the sanitizers.
        target_link_options(${target} PRIVATE
            -fsanitize=address,undefined -static-libasan -static-libubsan)
    else()
        # Starts in half the time: a generator and a mount helper live for a millisecond or two.
        target_link_options(${target} PRIVATE -static-libstdc++ -static-libgcc)
    endif()
endfunction()

# A static library, whose headers are included as everybody's are: by their path from the top of the source tree.
function(left4me_library target)
    add_library(${target} STATIC ${ARGN})
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
    left4me_target_options(${target})
endfunction()
