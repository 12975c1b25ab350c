for path in "/proc/$$/fd/"*; do
  if [[ -L $path ]]; then echo "${path##*/} $(readlink "/proc/$$/fd/${path##*/}")"; fi
done
