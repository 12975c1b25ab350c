console.log(process.env.SERVICE_TOKEN, process.env.SERVICE_PASSWORD ?? 'unset');
