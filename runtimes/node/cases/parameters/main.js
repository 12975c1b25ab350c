const { PARAM_NAME, PARAM_COUNT, PARAM_EXTRA = 'unset' } = process.env;
console.log(PARAM_NAME, PARAM_COUNT, PARAM_EXTRA);
