# Where things are installed. systemd's own directories come from its pkg-config file, since distributions
# differ; each can be set on the command line instead.

find_package(PkgConfig REQUIRED)

function(left4me_systemd_directory variable pkgconfig_variable description)
    pkg_get_variable(directory systemd ${pkgconfig_variable})
    if(NOT directory AND NOT ${variable})
        message(FATAL_ERROR "systemd.pc has no ${pkgconfig_variable}: "
            "install systemd's development files, or pass -D${variable}=DIRECTORY")
    endif()
    set(${variable} "${directory}" CACHE PATH "${description}")
endfunction()

left4me_systemd_directory(LEFT4ME_GENERATOR_DIR systemdsystemgeneratordir "systemd's generators")
left4me_systemd_directory(LEFT4ME_UNIT_DIR systemdsystemunitdir "systemd's system units")
left4me_systemd_directory(LEFT4ME_CATALOG_DIR catalogdir "The journal's catalog")
left4me_systemd_directory(LEFT4ME_SYSUSERS_DIR sysusersdir "sysusers.d")
left4me_systemd_directory(LEFT4ME_TMPFILES_DIR tmpfilesdir "tmpfiles.d")

set(LEFT4ME_LIBEXEC_DIR "${CMAKE_INSTALL_FULL_LIBEXECDIR}/left4me" CACHE PATH "The helper")
set(LEFT4ME_SBIN_DIR "${CMAKE_INSTALL_FULL_SBINDIR}" CACHE PATH "mount.left4me, where mount(8) looks for it")
set(LEFT4ME_NSENTER "/usr/bin/nsenter" CACHE FILEPATH "nsenter(1) of util-linux")
set(LEFT4ME_HELPER "${LEFT4ME_LIBEXEC_DIR}/left4me-overlay")

pkg_get_variable(bash_completions bash-completion completionsdir)
if(NOT bash_completions)
    set(bash_completions "${CMAKE_INSTALL_FULL_DATADIR}/bash-completion/completions")
endif()
set(LEFT4ME_BASH_COMPLETIONS_DIR "${bash_completions}" CACHE PATH "bash's completions")
# Debian keeps site-functions for the administrator.
if(EXISTS /etc/debian_version)
    set(zsh_completions vendor-completions)
else()
    set(zsh_completions site-functions)
endif()
set(LEFT4ME_ZSH_COMPLETIONS_DIR "${CMAKE_INSTALL_FULL_DATADIR}/zsh/${zsh_completions}" CACHE PATH "zsh's completions")
